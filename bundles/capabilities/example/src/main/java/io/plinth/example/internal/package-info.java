/** The smallest whole capability: one public resource, one that publishes an event. Copy it to begin your own. */
@NullMarked
package io.plinth.example.internal;

import org.jspecify.annotations.NullMarked;
