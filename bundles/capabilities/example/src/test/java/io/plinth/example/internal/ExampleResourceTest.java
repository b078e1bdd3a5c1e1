package io.plinth.example.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.plinth.event.Event;
import io.plinth.problem.FieldError;
import io.plinth.problem.ProblemException;
import io.plinth.tx.Transaction;
import io.plinth.tx.TransactionalWork;
import io.plinth.tx.Transactions;
import java.lang.annotation.Annotation;
import java.sql.Connection;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import javax.persistence.EntityManager;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

class ExampleResourceTest {
    private static final Instant NOW = Instant.parse("2026-11-22T10:00:00Z");

    private final ExampleResource resource = new ExampleResource(config("hello"));
    private final FakeTransactions transactions = new FakeTransactions();

    @Test
    void greetsWithoutADatabase() {
        assertThat(resource.greet().message()).isEqualTo("hello");
    }

    @Test
    void postedMessageBecomesAnEvent() {
        resource.messages = new Messages(transactions, Clock.fixed(NOW, ZoneOffset.UTC));
        Messages messages = resource.messages;
        var id = messages.post(new Message("zażółć"));

        Event event = transactions.published.get(0);
        assertThat(event.id()).isEqualTo(id);
        assertThat(id.version()).isEqualTo(7);
        assertThat(event.subject()).isEqualTo(id.toString());
        assertThat(event.destination()).isEqualTo("queue.example.events");
        assertThat(event.type()).isEqualTo("io.plinth.example.posted");
        assertThat(event.time()).isEqualTo(NOW);
        assertThat(event.data()).containsOnlyKeys("message").containsEntry("message", "zażółć");
    }

    @Test
    void withoutADatabaseAMessageIsRefusedForAWhile() {
        ProblemException problem =
                catchThrowableOfType(ProblemException.class, () -> resource.post(new Message("text")));
        assertThat(problem.type().status()).isEqualTo(503);
        assertThat(problem.retryAfter()).isNotNull();
    }

    @Test
    void emptyBodyNamesTheField() {
        assertThatThrownBy(() -> resource.post(null))
                .isInstanceOfSatisfying(ProblemException.class, ExampleResourceTest::assertNamesMessage);
    }

    @ParameterizedTest
    @NullSource
    @ValueSource(strings = {"", " ", "\t\n", "lone \ud800 surrogate"})
    void badMessageNamesTheField(String text) {
        assertThatThrownBy(() -> new Message(text))
                .isInstanceOfSatisfying(ProblemException.class, ExampleResourceTest::assertNamesMessage);
    }

    @Test
    void lengthIsCountedInCharacters() {
        assertThat(new Message("😀".repeat(1000)).message()).hasSize(2000);
        assertThatThrownBy(() -> new Message("x".repeat(1001)))
                .isInstanceOfSatisfying(ProblemException.class, ExampleResourceTest::assertNamesMessage);
    }

    private static void assertNamesMessage(ProblemException problem) {
        assertThat(problem.type().status()).isEqualTo(400);
        assertThat(problem.errors()).extracting(FieldError::field).containsExactly("message");
    }

    private static ExampleConfig config(String greeting) {
        return new ExampleConfig() {
            @Override
            public String greeting() {
                return greeting;
            }

            @Override
            public Class<? extends Annotation> annotationType() {
                return ExampleConfig.class;
            }
        };
    }

    private static final class FakeTransactions implements Transactions, Transaction {
        private final List<Event> published = new ArrayList<>();

        @Override
        public <T> T write(TransactionalWork<T> work) {
            return work.in(this);
        }

        @Override
        public <T> T read(TransactionalWork<T> work) {
            return work.in(this);
        }

        @Override
        public void publish(Event event) {
            published.add(event);
        }

        @Override
        public void afterCommit(Runnable action) {
            action.run();
        }

        @Override
        public EntityManager entityManager() {
            throw new UnsupportedOperationException();
        }

        @Override
        public Connection connection() {
            throw new UnsupportedOperationException();
        }
    }
}
