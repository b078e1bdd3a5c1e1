@NullMarked
package io.plinth.hotdeploy.internal;

import org.jspecify.annotations.NullMarked;
