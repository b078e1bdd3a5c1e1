package io.plinth.messaging.internal;

import io.plinth.capability.CapabilityHeader;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.BundleEvent;
import org.osgi.util.tracker.BundleTracker;
import org.osgi.util.tracker.BundleTrackerCustomizer;

/**
 * The queues that capabilities announce in their manifest, so that they exist before their first event and a consumer that
 * comes early finds them. A queue stays when its capability goes: its events are still to be fetched.
 */
final class Destinations implements BundleTrackerCustomizer<Bundle>, AutoCloseable {
    private static final int DESTINATIONS_MAX = 1_000;
    private static final Pattern ATTRIBUTE =
            Pattern.compile(";\\s*" + CapabilityHeader.EVENTS + "\\s*=\\s*\"?([^\";]*)\"?");

    private final Set<String> names = ConcurrentHashMap.newKeySet();
    private final Runnable onChange;
    private final BundleTracker<Bundle> tracker;

    Destinations(BundleContext context, Runnable onChange) {
        this.onChange = onChange;
        this.tracker = new BundleTracker<>(context, Bundle.STARTING | Bundle.ACTIVE, this);
    }

    void open() {
        tracker.open();
    }

    Set<String> names() {
        return Set.copyOf(names);
    }

    /** The destinations in a {@code Plinth-Capability} header. */
    static Set<String> parse(@Nullable String header) {
        Set<String> found = new TreeSet<>();
        if (header != null) {
            Matcher matcher = ATTRIBUTE.matcher(header);
            while (matcher.find()) {
                for (String name : matcher.group(1).split(",", DESTINATIONS_MAX)) {
                    if (!name.isBlank()) {
                        found.add(name.strip());
                    }
                }
            }
        }
        return found;
    }

    @Override
    public @Nullable Bundle addingBundle(Bundle bundle, @Nullable BundleEvent event) {
        Set<String> announced = parse(bundle.getHeaders("").get(CapabilityHeader.NAME));
        if (announced.isEmpty() || names.size() + announced.size() > DESTINATIONS_MAX) {
            return null;
        }
        if (names.addAll(announced)) {
            onChange.run();
        }
        return bundle;
    }

    @Override
    public void modifiedBundle(Bundle bundle, @Nullable BundleEvent event, Bundle same) {
        // From STARTING to ACTIVE: nothing new.
    }

    @Override
    public void removedBundle(Bundle bundle, @Nullable BundleEvent event, Bundle same) {
        // Its queues stay.
    }

    @Override
    public void close() {
        tracker.close();
    }
}
