package io.plinth.hotdeploy.internal.leak;

import java.util.function.Consumer;

/** Stand-in until the branch comes. */
public final class RevisionWatch implements AutoCloseable {
    public void watch(String label, ClassLoader loader, Consumer<String> found) {}

    public int aliveCount() {
        return 0;
    }

    @Override
    public void close() {}
}
