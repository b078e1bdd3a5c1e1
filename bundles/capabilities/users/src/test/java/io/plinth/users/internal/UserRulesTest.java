package io.plinth.users.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.plinth.problem.ProblemException;
import io.plinth.security.PasswordHasher;
import java.sql.SQLException;
import java.util.Set;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class UserRulesTest {
    @Test
    void displayNamesMayHoldAnythingThatCanBeSeen() {
        assertThat(UserRules.displayName("Anna Müller 👩‍🚀")).isEqualTo("Anna Müller 👩‍🚀");
        assertThat(UserRules.displayName("e\u0301")).isEqualTo("é");
        assertThat(UserRules.displayName("𠀀".repeat(100))).hasSize(200);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "a\nb", "a\u0000", "a\u202Eb", "a\uD800b", "a\u2028b", "\u2067x"})
    void displayNamesRefuse(String name) {
        refused(() -> UserRules.displayName(name), "displayName");
    }

    @Test
    void displayNamesHaveALongestLength() {
        refused(() -> UserRules.displayName("x".repeat(101)), "displayName");
        refused(() -> UserRules.displayName("x".repeat(1_000_000)), "displayName");
    }

    @Test
    void passwordsHaveBounds() {
        assertThat(UserRules.password("12345678")).isEqualTo("12345678");
        assertThat(UserRules.password("x".repeat(PasswordHasher.PASSWORD_BYTES_MAX)))
                .hasSize(256);
        refused(() -> UserRules.password("1234567"), "password");
        refused(() -> UserRules.password("x".repeat(PasswordHasher.PASSWORD_BYTES_MAX + 1)), "password");
        refused(() -> UserRules.password("ü".repeat(129)), "password");
    }

    @Test
    void rolesAreNeverEmpty() {
        refused(() -> UserRules.roles(Set.of()), "roles");
    }

    @Test
    void aViolatedIndexNamesItsField() {
        assertThat(taken("Duplicate entry 'anna' for key 'users_username_key'", 1062))
                .isEqualTo("username");
        assertThat(taken("Duplicate entry 'users_username_key' for key 'users_email_key'", 1062))
                .isEqualTo("email");
        assertThat(taken("Duplicate entry 'x' for key 'users.users_email_key'", 1062))
                .isEqualTo("email");
        assertThat(taken("Duplicate entry 'x' for key 'PRIMARY'", 1062)).isEqualTo("none");
        assertThat(taken("Deadlock found for key 'users_email_key'", 1213)).isEqualTo("none");
    }

    private static String taken(String message, int code) {
        RuntimeException failure = new RuntimeException(new RuntimeException(new SQLException(message, "23000", code)));
        return UserProblems.taken(failure)
                .map(problem -> problem.errors().get(0).field())
                .orElse("none");
    }

    private static void refused(ThrowingCallable check, String field) {
        assertThatThrownBy(check).isInstanceOfSatisfying(ProblemException.class, problem -> {
            assertThat(problem.type().status()).isEqualTo(400);
            assertThat(problem.errors().get(0).field()).isEqualTo(field);
        });
    }
}
