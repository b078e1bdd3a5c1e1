package io.plinth.itests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.plinth.itests.harness.EventTap;
import io.plinth.itests.harness.EventTap.Received;
import io.plinth.itests.harness.Eventually;
import io.plinth.itests.harness.Http;
import io.plinth.itests.harness.Http.Client;
import io.plinth.itests.harness.OnSharedServer;
import io.plinth.itests.harness.People;
import io.plinth.itests.harness.People.Person;
import io.plinth.itests.harness.PlinthServer;
import io.plinth.itests.harness.RawHttp;
import io.plinth.itests.harness.Reply;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import org.apache.activemq.artemis.api.core.ActiveMQException;
import org.apache.activemq.artemis.api.core.ActiveMQSecurityException;
import org.junit.jupiter.api.Test;

/** The section Events of the contract, on the embedded broker. */
@OnSharedServer
class EventsIT {
    private static final Duration DELIVERY = Duration.ofSeconds(20);

    private final PlinthServer server;
    private final Http http;
    private final EventTap events;
    private final People people;

    EventsIT(PlinthServer server, Http http, EventTap events) {
        this.server = server;
        this.http = http;
        this.events = events;
        this.people = new People(http);
    }

    @Test
    void aUsersLifeArrivesInOrder() {
        Person person = people.create("lifetime");
        for (int i = 0; i < 10; i++) {
            people.patch(person, http.admin(), people.tag(person), Map.of("displayName", "Change " + i));
        }
        http.call("DELETE", person.path()).token(http.admin()).send();

        Eventually.within(DELIVERY, () -> assertThat(events.of(EventTap.USERS, person.id()))
                .hasSize(12));
        List<Received> received = events.of(EventTap.USERS, person.id());
        List<String> expected = new ArrayList<>();
        expected.add("io.plinth.users.created");
        for (int i = 0; i < 10; i++) {
            expected.add("io.plinth.users.updated");
        }
        expected.add("io.plinth.users.closed");
        assertThat(received).extracting(Received::type).containsExactlyElementsOf(expected);
        assertThat(new HashSet<>(received.stream().map(Received::id).toList())).hasSize(12);
        received.forEach(EventsIT::checkCloudEvent);
        List<Instant> times = received.stream()
                .map(event -> Instant.parse(event.event().path("time").asText()))
                .toList();
        assertThat(times).isSorted();
    }

    @Test
    void anExampleMessageArrives() {
        String message = "Grüße, " + People.uniqueName("message");
        Reply reply = http.post("/api/v1/example")
                .token(http.admin())
                .json(Map.of("message", message))
                .send();
        String id = reply.json().path("eventId").asText();
        Received received = Eventually.get(DELIVERY, () -> events.all(EventTap.EXAMPLE).stream()
                .filter(event -> event.id().equals(id))
                .findFirst()
                .orElseThrow());
        checkCloudEvent(received);
        assertThat(received.type()).startsWith("io.plinth.example.");
        assertThat(received.event().path("data").toString()).contains(message);
    }

    @Test
    void whatWasRefusedHasNoEvent() {
        Person person = people.create("refused");
        people.patch(person, http.admin(), "\"stale\"", Map.of("displayName", "No"));
        people.post(Map.of("username", person.username(), "email", People.uniqueName("x") + "@example.org"));
        Person after = people.create("after");
        Eventually.within(DELIVERY, () -> assertThat(events.of(EventTap.USERS, after.id()))
                .hasSize(1));
        assertThat(events.of(EventTap.USERS, person.id()))
                .extracting(Received::type)
                .containsExactly("io.plinth.users.created");
    }

    @Test
    void theBrokerLetsAdminAndServiceInAndNobodyElse() throws ActiveMQException {
        Client service = http.createClient("broker-service", List.of("service"), Map.of());
        connect(service.id(), service.secret());

        Client user = http.clientOf(people.create("broker").id(), "user");
        Client monitor = http.createClient("broker-monitor", List.of("monitor"), Map.of());
        assertRefused(user.id(), user.secret());
        assertRefused(monitor.id(), monitor.secret());
        assertRefused("plinth-admin", "wrong");
        assertRefused("plinth-admin", "");
        assertRefused("nobody", "nothing");
        assertRefused("admin", server.secret("admin-password"));
        assertRefused("", "");
    }

    /** Contract, section Security: within 60 s. */
    @Test
    void aRemovedClientIsDisconnected() throws ActiveMQException {
        Client removed = http.createClient("broker-removed", List.of("service"), Map.of());
        Client stays = http.createClient("broker-stays", List.of("service"), Map.of());
        int port = server.ports().broker();
        try (EventTap tap = EventTap.connect(port, removed.id(), removed.secret());
                EventTap other = EventTap.connect(port, stays.id(), stays.secret())) {
            Reply reply = http.call("DELETE", "/api/v1/clients/" + removed.id())
                    .token(http.admin())
                    .send();
            assertThat(reply.status()).isEqualTo(204);
            Eventually.within(
                    Duration.ofSeconds(60),
                    () -> assertThat(tap.session().isClosed()).isTrue());
            assertThat(other.session().isClosed()).isFalse();
        }
    }

    @Test
    void theBrokerSpeaksCoreOnly() {
        String answer;
        try {
            answer = RawHttp.exchange(server.ports().broker(), "STOMP\naccept-version:1.2\nhost:localhost\n\n\0");
        } catch (java.io.UncheckedIOException closed) {
            answer = "";
        }
        assertThat(answer).doesNotContain("CONNECTED");
    }

    private void connect(String user, String secret) throws ActiveMQException {
        try (EventTap tap = EventTap.connect(server.ports().broker(), user, secret)) {
            assertThat(tap.session().isClosed()).isFalse();
        }
    }

    private void assertRefused(String user, String secret) {
        assertThatThrownBy(() -> connect(user, secret))
                .as("%s must not log in", user)
                .isInstanceOf(ActiveMQSecurityException.class);
    }

    /** CloudEvents 1.0, sections "Required Attributes" and "Optional Attributes". */
    private static void checkCloudEvent(Received received) {
        JsonNode event = received.event();
        assertThat(event.path("specversion").asText()).isEqualTo("1.0");
        assertThat(event.path("id").asText()).matches(People.UUID_V7);
        assertThat(event.path("source").asText()).isNotBlank();
        assertThat(event.path("type").asText()).startsWith("io.plinth.");
        assertThat(event.path("subject").asText()).isNotBlank();
        assertThat(Instant.parse(event.path("time").asText()))
                .isBefore(Instant.now().plusSeconds(5));
        assertThat(event.path("data").isObject()).isTrue();
        assertThat(received.duplicateId()).isEqualTo(event.path("id").asText());
    }
}
