/** Events written in the business transaction and published afterwards as CloudEvents 1.0. */
@Export
@Version("1.1.0")
@NullMarked
package io.plinth.event;

import org.jspecify.annotations.NullMarked;
import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
