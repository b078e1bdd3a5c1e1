/** The API description of what is installed, and its explorer. */
@NullMarked
package io.plinth.rest.internal.openapi;

import org.jspecify.annotations.NullMarked;
