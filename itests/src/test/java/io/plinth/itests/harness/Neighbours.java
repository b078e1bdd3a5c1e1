package io.plinth.itests.harness;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What an operation does to the bundles that it should leave alone: a capability of its own looks at them from inside. A
 * bundle that is restarted, refreshed or updated, or one of whose components is activated anew, is seen.
 */
public final class Neighbours {
    private static final String NAME = "watch";

    private final Operations operations;
    private final Http http;

    private Neighbours(Operations operations, Http http) {
        this.operations = operations;
        this.http = http;
    }

    /** Installs what looks. */
    public static Neighbours watch(PlinthServer server) {
        Operations operations = new Operations(server);
        operations.installed(CapabilitySource.capability(NAME, "1.0.0").source("Watch"));
        return new Neighbours(operations, server.http());
    }

    /** State of all bundles, except those of the capability that is about to change. */
    public Snapshot snapshot(String changing) {
        Reply reply = http.get("/api/v1/" + NAME).send();
        assertThat(reply.status()).as(reply.toString()).isEqualTo(200);
        JsonNode seen = reply.json();
        Map<String, String> state = new TreeMap<>();
        seen.path("bundles").fieldNames().forEachRemaining(bundle -> {
            if (!bundle.startsWith("org.example." + changing)) {
                state.put(
                        bundle,
                        seen.path("bundles").path(bundle).asText()
                                + " " + seen.path("wirings").path(bundle)
                                + " " + seen.path("components").path(bundle));
            }
        });
        List<String> events = new ArrayList<>();
        seen.path("events").forEach(event -> {
            if (!event.asText().startsWith("org.example." + changing)) {
                events.add(event.asText());
            }
        });
        assertThat(operations.version(NAME)).isEqualTo("1.0.0");
        return new Snapshot(state, events);
    }

    /** Bundles of a capability, its API too, with version and state: also such as the server's list does not show. */
    public List<String> bundlesOf(String name) {
        JsonNode bundles = http.get("/api/v1/" + NAME).send().json().path("bundles");
        List<String> found = new ArrayList<>();
        bundles.fieldNames().forEachRemaining(bundle -> {
            if (bundle.startsWith("org.example." + name)) {
                found.add(bundle + " " + bundles.path(bundle).asText());
            }
        });
        return found;
    }

    /** What was seen of the bundles. */
    public record Snapshot(Map<String, String> state, List<String> events) {
        /** Fails unless no bundle was touched between the other and this one. */
        public void assertSameAs(Snapshot before) {
            assertThat(events).as("what happened to other bundles").isEqualTo(before.events);
            assertThat(state).isEqualTo(before.state);
        }
    }
}
