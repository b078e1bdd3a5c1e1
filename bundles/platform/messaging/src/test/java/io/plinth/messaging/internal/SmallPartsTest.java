package io.plinth.messaging.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class SmallPartsTest {
    @Property
    void everySubjectHasALane(@ForAll String subject) {
        assertThat(Lanes.of(subject)).isBetween(0, Lanes.COUNT - 1).isEqualTo(Lanes.of(new String(subject)));
    }

    @Test
    void lanesNeverChange() {
        assertThat(Lanes.of("01900000-0000-7000-8000-000000000000")).isEqualTo(0);
    }

    @Test
    void backoffDoublesUpToItsLimitAndStartsAgain() {
        Backoff backoff = new Backoff(new Random(1));
        long expected = Backoff.FIRST_MILLIS;
        for (int i = 0; i < 20; i++) {
            assertThat(backoff.nextMillis()).isBetween(expected * 4 / 5, expected * 6 / 5);
            expected = Math.min(Backoff.LAST_MILLIS, expected * 2);
        }
        backoff.reset();
        assertThat(backoff.nextMillis()).isLessThanOrEqualTo(Backoff.FIRST_MILLIS * 6 / 5);
    }

    @Test
    void manifestNamesDestinations() {
        assertThat(Destinations.parse("users;paths=\"/api/v1/users\";events=\"queue.users.events, queue.b.events\""))
                .containsExactly("queue.b.events", "queue.users.events");
        assertThat(Destinations.parse("a;events=queue.a.events")).containsExactly("queue.a.events");
        assertThat(Destinations.parse("a;paths=\"/a\"")).isEmpty();
        assertThat(Destinations.parse(null)).isEmpty();
    }

    @Test
    void urlsAreShownWithoutWhatMayBeSecret() {
        assertThat(Brokers.shown("(tcp://a:1?trustStorePassword=x,tcp://u:p@b:2?y=z)?ha=true"))
                .isEqualTo("(tcp://a:1,tcp://b:2)");
        assertThat(new ExternalBroker("tcp://a:1?p=s", "user", "password").toString())
                .isEqualTo("tcp://a:1");
    }
}
