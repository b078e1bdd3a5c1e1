package io.plinth.users.internal;

import static org.assertj.core.api.Assertions.assertThat;

import io.plinth.problem.ProblemException;
import io.plinth.security.Role;
import io.plinth.security.Secrets;
import io.plinth.users.NewUser;
import io.plinth.users.User;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class FirstUserTest {
    private final FakeUsers users = new FakeUsers();
    private final List<String> failures = new ArrayList<>();
    private final ScheduledThreadPoolExecutor worker = new ScheduledThreadPoolExecutor(1);
    private final FirstUser firstUser = new FirstUser(users, new FixedSecrets(), failures::add, worker);

    @AfterEach
    void stop() {
        firstUser.stop();
    }

    @Test
    void makesAnAdminWithTheSecretAsPassword() {
        assertThat(firstUser.check().up()).isFalse();
        firstUser.makeOrRetry();
        User admin = users.findByUsername("admin").orElseThrow();
        assertThat(admin.roles()).containsExactly(Role.ADMIN);
        assertThat(EmailAddress.find(admin.email())).isPresent();
        assertThat(users.passwords.get(admin.id())).isEqualTo("secret of admin-password");
        assertThat(firstUser.check().up()).isTrue();
    }

    @Test
    void makesNoneWhereAnyUserIs() {
        users.create(new NewUser("anna", "anna@example.org", null, Set.of(Role.USER), null));
        firstUser.makeOrRetry();
        assertThat(users.byId).hasSize(1);
        assertThat(firstUser.check().up()).isTrue();
    }

    @Test
    void isContentWhenAnotherServerWasFaster() {
        users.createFailure = Optional.of(ProblemException.of(UserProblems.USER_EXISTS, "taken"));
        firstUser.makeOrRetry();
        assertThat(firstUser.check().up()).isTrue();
        assertThat(failures).isEmpty();
    }

    @Test
    void triesAgainWhileTheDatabaseIsAway() {
        users.searchFailure = Optional.of(ProblemException.unavailable("away", Duration.ofSeconds(1), null));
        firstUser.makeOrRetry();
        assertThat(firstUser.check().up()).isFalse();
        assertThat(firstUser.check().reason()).contains("database");
        assertThat(worker.getQueue()).hasSize(1);
        assertThat(failures).isEmpty();
    }

    @Test
    void aPasswordThatIsTooShortStopsTheStart() {
        users.createFailure = Optional.of(ProblemException.invalid("password", "must have at least 8 characters"));
        firstUser.makeOrRetry();
        assertThat(firstUser.check().up()).isFalse();
        assertThat(failures)
                .singleElement()
                .asString()
                .contains("PLINTH_ADMIN_PASSWORD", "at least 8", "admin-password");
    }

    @Test
    void aSecondRunMakesNoSecondUser() {
        firstUser.makeOrRetry();
        firstUser.makeOrRetry();
        assertThat(users.byId).hasSize(1);
    }

    private static final class FixedSecrets implements Secrets {
        @Override
        public String get(String name) {
            return "secret of " + name;
        }

        @Override
        public Optional<String> given(String name) {
            return Optional.empty();
        }
    }
}
