/** Work inside one database transaction, and the schema migrations that prepare for it. */
@Export
@Version("1.0.0")
@NullMarked
package io.plinth.tx;

import org.jspecify.annotations.NullMarked;
import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
