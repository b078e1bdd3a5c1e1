/** The measure that JAX-RS is held against. */
@NullMarked
package io.plinth.bench.servlet;

import org.jspecify.annotations.NullMarked;
