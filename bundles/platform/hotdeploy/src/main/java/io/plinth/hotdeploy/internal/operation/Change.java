package io.plinth.hotdeploy.internal.operation;

/** What runs as an operation. */
interface Change {
    RunningOperation operation();

    /** Does it, to its end. Runs once, on a thread of its own, as the only change of its slot. */
    void run() throws InterruptedException;

    /** Whether it ended with the version before, without that anybody has to do more for it. */
    default boolean wasTakenBack() {
        return false;
    }

    /** Another operation on the same slot wants to begin soon. */
    void overrule();
}
