/** Shared shapes of REST resources: pages, entity tags, and what the platform adds to each application. */
@Export
@Version("1.0.0")
@NullMarked
package io.plinth.rest;

import org.jspecify.annotations.NullMarked;
import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
