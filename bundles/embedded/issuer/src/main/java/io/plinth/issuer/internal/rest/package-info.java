/** What the embedded issuer answers over HTTP. */
@NullMarked
package io.plinth.issuer.internal.rest;

import org.jspecify.annotations.NullMarked;
