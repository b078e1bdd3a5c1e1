package io.plinth.health;

/**
 * How a bundle says that the server cannot start: it sends one clear line, naming what and where, to the
 * {@code java.util.function.Consumer<String>} service with {@link #FILTER}, which the launcher registers. The server then
 * prints the line and exits with status 1. After the server was ready once, the line is only logged.
 */
public final class StartupFailure {
    /** Target filter of the reference. */
    public static final String FILTER = "(plinth.startup=failure)";

    private StartupFailure() {}
}
