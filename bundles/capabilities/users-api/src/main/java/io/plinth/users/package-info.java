/** The business API of users: who they are, and what may be done with them. */
@Export
@Version("1.0.0")
@NullMarked
package io.plinth.users;

import org.jspecify.annotations.NullMarked;
import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
