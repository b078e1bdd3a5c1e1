/** Verification of access tokens. */
@NullMarked
package io.plinth.security.internal.token;

import org.jspecify.annotations.NullMarked;
