/** The server's certificate: made here, or given by configuration. */
@NullMarked
package io.plinth.security.internal.tls;

import org.jspecify.annotations.NullMarked;
