/** What bundles that can be configured share. */
@Export
@Version("1.0.0")
@NullMarked
package io.plinth.configuration;

import org.jspecify.annotations.NullMarked;
import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
