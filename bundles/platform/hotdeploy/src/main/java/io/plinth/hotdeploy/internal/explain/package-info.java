@NullMarked
package io.plinth.hotdeploy.internal.explain;

import org.jspecify.annotations.NullMarked;
