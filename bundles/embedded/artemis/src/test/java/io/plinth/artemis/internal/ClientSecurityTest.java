package io.plinth.artemis.internal;

import static org.assertj.core.api.Assertions.assertThat;

import io.plinth.problem.ProblemException;
import io.plinth.security.ClientAuthenticator;
import io.plinth.security.Role;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class ClientSecurityTest {
    private final AtomicLong nanos = new AtomicLong();
    private final ClientSecurity security = new ClientSecurity(LocalBroker.on(61_616), nanos::get);
    private int asked;
    private ProblemException failure;
    private Optional<Set<Role>> answer = Optional.of(Set.of(Role.SERVICE));

    @Test
    void remembersALoginForThirtySecondsOnly() {
        security.use(counting());
        assertThat(logsIn("c", "secret")).isTrue();
        assertThat(logsIn("c", "secret")).isTrue();
        assertThat(asked).isEqualTo(1);

        answer = Optional.empty();
        nanos.addAndGet(Duration.ofSeconds(31).toNanos());
        assertThat(logsIn("c", "secret")).isFalse();
        assertThat(asked).isEqualTo(2);
    }

    @Test
    void rememberedLoginIsOfThatSecretAlone() {
        security.use(counting());
        assertThat(logsIn("c", "secret")).isTrue();
        answer = Optional.empty();
        assertThat(logsIn("c", "other")).isFalse();
        assertThat(logsIn("c\0", "secret")).isFalse();
    }

    @Test
    void refusalIsNotRemembered() {
        answer = Optional.empty();
        security.use(counting());
        assertThat(logsIn("c", "secret")).isFalse();
        answer = Optional.of(Set.of(Role.ADMIN));
        assertThat(logsIn("c", "secret")).isTrue();
    }

    @Test
    void otherRolesAndTroubleAreRefused() {
        answer = Optional.of(Set.of(Role.USER, Role.MONITOR));
        security.use(counting());
        assertThat(logsIn("c", "secret")).isFalse();
        failure = ProblemException.unavailable("The database does not answer.", Duration.ofSeconds(1), null);
        assertThat(logsIn("c", "secret")).isFalse();
    }

    @Test
    void absurdlyLongNamesAreNotEvenAsked() {
        security.use(counting());
        assertThat(logsIn("c".repeat(201), "secret")).isFalse();
        assertThat(logsIn("c", "s".repeat(513))).isFalse();
        assertThat(asked).isZero();
    }

    private ClientAuthenticator counting() {
        return new ClientAuthenticator() {
            @Override
            public Optional<Set<Role>> authenticate(String id, String secret) {
                asked++;
                if (failure != null) {
                    throw failure;
                }
                return answer;
            }

            @Override
            public Optional<Set<Role>> rolesNow(String id) {
                throw new UnsupportedOperationException(id);
            }
        };
    }

    private boolean logsIn(String user, String password) {
        return security.authenticate(user, password, null, null) != null;
    }
}
