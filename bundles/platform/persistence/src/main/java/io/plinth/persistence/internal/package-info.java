/** The pool of connections, transactions over it, and whether the database answers. */
@NullMarked
package io.plinth.persistence.internal;

import org.jspecify.annotations.NullMarked;
