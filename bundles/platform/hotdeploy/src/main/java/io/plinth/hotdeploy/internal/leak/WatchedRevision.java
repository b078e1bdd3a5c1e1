package io.plinth.hotdeploy.internal.leak;

import java.lang.ref.WeakReference;
import java.security.SecureRandom;

/** A class loader that should go away. A heap dump shows it by the marker, which is unique over all dumps. */
public final class WatchedRevision extends WeakReference<ClassLoader> {
    static final String MARKER = "marker";
    private static final SecureRandom RANDOM = new SecureRandom();

    private final String label;
    private final long marker = RANDOM.nextLong();
    private volatile boolean leaked;

    WatchedRevision(String label, ClassLoader loader) {
        super(loader);
        this.label = label;
    }

    public String label() {
        return label;
    }

    /** Asks without making a strong reference on the way. */
    public boolean isCollected() {
        return refersTo(null);
    }

    long marker() {
        return marker;
    }

    boolean isLeaked() {
        return leaked && !isCollected();
    }

    void leaked() {
        leaked = true;
    }
}
