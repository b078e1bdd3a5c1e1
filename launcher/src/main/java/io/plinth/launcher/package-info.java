/**
 * Starts Karaf with settings from the environment, refuses what cannot work with one clear line, and says when the server
 * is ready. Everything before the first bundle happens here.
 */
@NullMarked
package io.plinth.launcher;

import org.jspecify.annotations.NullMarked;
