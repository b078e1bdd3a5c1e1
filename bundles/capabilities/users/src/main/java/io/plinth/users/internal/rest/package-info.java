/** {@code /api/v1/users}. */
@NullMarked
package io.plinth.users.internal.rest;

import org.jspecify.annotations.NullMarked;
