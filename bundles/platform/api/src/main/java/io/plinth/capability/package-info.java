/** What a hot-deployable capability declares to the platform. */
@Export
@Version("1.0.0")
@NullMarked
package io.plinth.capability;

import org.jspecify.annotations.NullMarked;
import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
