package io.plinth.gateway.internal;

/** Which callers are in a share of them: always the same ones, and those of a small share in every larger one. */
final class CallerShare {
    private static final int PARTS = 10_000;
    private static final int PARTS_OF_PERCENT = PARTS / 100;

    private CallerShare() {}

    /** The name of the slot is mixed in, so that it is not the same callers that meet every new version. */
    static boolean includes(String slot, String caller, int percent) {
        long hash = mix(mix(0xcbf29ce484222325L, slot), caller);
        // Finalizer of MurmurHash3: in FNV-1a alone the low bits of the text decide the low bits of the hash.
        hash = (hash ^ (hash >>> 33)) * 0xff51afd7ed558ccdL;
        hash = (hash ^ (hash >>> 33)) * 0xc4ceb9fe1a85ec53L;
        hash ^= hash >>> 33;
        return Long.remainderUnsigned(hash, PARTS) < (long) percent * PARTS_OF_PERCENT;
    }

    /** FNV-1a, with an end mark. */
    private static long mix(long seed, String text) {
        long hash = seed;
        for (int i = 0; i < text.length(); i++) {
            hash = (hash ^ text.charAt(i)) * 0x100000001b3L;
        }
        return (hash ^ 0xffff) * 0x100000001b3L;
    }
}
