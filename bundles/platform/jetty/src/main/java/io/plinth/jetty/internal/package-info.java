/** The only place that knows Jetty: connectors, TLS, and the hook that rewrites a public path to a slot's. */
@NullMarked
package io.plinth.jetty.internal;

import org.jspecify.annotations.NullMarked;
