package io.plinth.messaging.internal;

/** Which lane the events of an ordering key go through. The answer must never change: rows of old versions may still wait. */
final class Lanes {
    static final int COUNT = 32;

    private Lanes() {}

    static int of(String orderingKey) {
        // String.hashCode is specified, so every server and version agrees; the shift lets the high bits count.
        int hash = orderingKey.hashCode();
        return Math.floorMod(hash ^ (hash >>> 16), COUNT);
    }
}
