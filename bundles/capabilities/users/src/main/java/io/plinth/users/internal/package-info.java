/** Users in the database. */
@NullMarked
package io.plinth.users.internal;

import org.jspecify.annotations.NullMarked;
