/** Who calls, what the caller may do, and the secrets and passwords of this installation. */
@Export
@Version("1.0.0")
@NullMarked
package io.plinth.security;

import org.jspecify.annotations.NullMarked;
import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
