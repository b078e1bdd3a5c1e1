/** Secrets and password hashes of this installation. */
@NullMarked
package io.plinth.security.internal;

import org.jspecify.annotations.NullMarked;
