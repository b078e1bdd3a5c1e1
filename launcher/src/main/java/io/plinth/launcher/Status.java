package io.plinth.launcher;

/** {@code plinth status}: exit code 0 when the server on a loopback port is ready, else 1 and what was seen. */
public final class Status {
    private Status() {}

    /** Takes the HTTP port as its one argument. */
    public static void main(String[] arguments) {
        Readiness readiness = new Readiness(Integer.parseInt(arguments[0]));
        if (!readiness.isReady()) {
            System.out.println("Not ready: " + readiness.seen());
            System.exit(1);
        }
    }
}
