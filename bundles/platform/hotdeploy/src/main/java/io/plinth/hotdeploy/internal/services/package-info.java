/** Services of capabilities, reached by everybody else through proxies that follow the active version and count calls. */
@NullMarked
package io.plinth.hotdeploy.internal.services;

import org.jspecify.annotations.NullMarked;
