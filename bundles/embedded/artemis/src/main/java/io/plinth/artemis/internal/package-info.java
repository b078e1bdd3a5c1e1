/** The embedded broker: ActiveMQ Artemis inside the server, for as long as no external broker is configured. */
@NullMarked
package io.plinth.artemis.internal;

import org.jspecify.annotations.NullMarked;
