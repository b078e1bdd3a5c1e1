@NullMarked
package io.plinth.hotdeploy.internal.leak;

import org.jspecify.annotations.NullMarked;
