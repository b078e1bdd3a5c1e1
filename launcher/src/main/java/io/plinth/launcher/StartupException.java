package io.plinth.launcher;

/** Why the server cannot start, in one line that names what, where, and what to do. */
final class StartupException extends Exception {
    private static final long serialVersionUID = 1L;

    StartupException(String line) {
        // A value that is quoted may hold a line break.
        super(line.replaceAll("\\p{Cntrl}", "?"));
    }
}
