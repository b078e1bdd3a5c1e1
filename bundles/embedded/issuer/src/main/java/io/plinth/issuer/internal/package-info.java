/** The embedded OAuth 2.0 issuer: clients, signing keys, tokens. */
@NullMarked
package io.plinth.issuer.internal;

import org.jspecify.annotations.NullMarked;
