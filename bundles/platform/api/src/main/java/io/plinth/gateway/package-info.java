/** The way in: which version of a slot serves a public path. Spoken between platform bundles only. */
@Export
@Version("1.0.0")
@NullMarked
package io.plinth.gateway;

import org.jspecify.annotations.NullMarked;
import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
