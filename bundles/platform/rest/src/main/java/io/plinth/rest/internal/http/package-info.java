/** Roles, route templates and compression of answers. */
@NullMarked
package io.plinth.rest.internal.http;

import org.jspecify.annotations.NullMarked;
