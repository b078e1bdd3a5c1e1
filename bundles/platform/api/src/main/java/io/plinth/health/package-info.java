/** Health checks behind {@code /health/live} and {@code /health/ready}. */
@Export
@Version("1.0.0")
@NullMarked
package io.plinth.health;

import org.jspecify.annotations.NullMarked;
import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
