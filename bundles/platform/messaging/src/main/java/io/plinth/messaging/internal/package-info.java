/** The outbox, in which events are written with the rows they tell of, and the relay that publishes them. */
@NullMarked
package io.plinth.messaging.internal;

import org.jspecify.annotations.NullMarked;
