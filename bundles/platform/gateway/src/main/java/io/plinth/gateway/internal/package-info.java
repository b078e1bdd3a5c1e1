@NullMarked
package io.plinth.gateway.internal;

import org.jspecify.annotations.NullMarked;
