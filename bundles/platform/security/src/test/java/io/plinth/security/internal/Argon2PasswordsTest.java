package io.plinth.security.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.plinth.problem.ProblemException;
import io.plinth.problem.ProblemType;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import org.junit.jupiter.api.Test;

class Argon2PasswordsTest {
    private final Argon2Passwords passwords = new Argon2Passwords();

    @Test
    void aPasswordMatchesItsHashAndNoOther() {
        String hash = passwords.hash("correct horse");

        assertThat(hash).matches("\\$argon2id\\$v=19\\$m=19456,t=2,p=1\\$[A-Za-z0-9+/]{22}\\$[A-Za-z0-9+/]{43}");
        assertThat(passwords.matches("correct horse", hash)).isTrue();
        assertThat(passwords.matches("correct horsf", hash)).isFalse();
        assertThat(passwords.matches("", hash)).isFalse();
        assertThat(passwords.hash("correct horse")).as("salted").isNotEqualTo(hash);
    }

    @Test
    void agreesWithTheReferenceImplementation() {
        // A vector of the reference implementation's own test program (version 0x13, t=2, m=2^16, p=1).
        String reference = "$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc";
        assertThat(passwords.matches("password", reference)).isTrue();
    }

    @Test
    void theSamePasswordFromAnotherKeyboardIsTheSame() {
        assertThat(passwords.matches("cafe\u0301", passwords.hash("caf\u00e9"))).isTrue();
    }

    @Test
    void limitsTheLengthInBytes() {
        String longest = "\u00e9".repeat(128);
        assertThat(passwords.matches(longest, passwords.hash(longest))).isTrue();
        for (String bad : new String[] {"\u00e9".repeat(128) + "x", "x".repeat(257), "", "\ud800"}) {
            assertThatThrownBy(() -> passwords.hash(bad))
                    .isInstanceOfSatisfying(ProblemException.class, problem -> assertThat(problem.type())
                            .isEqualTo(ProblemType.INVALID_REQUEST));
        }
        assertThat(passwords.matches("x".repeat(1_000_000), passwords.hash("x")))
                .isFalse();
    }

    @Test
    void turnsAwayWhatIsTooMuch() {
        Semaphore none = new Semaphore(0);
        Argon2Passwords busy = new Argon2Passwords(none, Duration.ZERO);
        assertThatThrownBy(() -> busy.hash("x")).isInstanceOfSatisfying(ProblemException.class, problem -> {
            assertThat(problem.type()).isEqualTo(ProblemType.UNAVAILABLE);
            assertThat(problem.retryAfter()).isPositive();
        });
        none.release();
        assertThat(busy.hash("x")).isNotEmpty();
        assertThat(none.availablePermits()).as("given back").isEqualTo(1);
    }

    @Test
    void refusesAStoredHashThatCostsTooMuchOrIsNone() {
        for (String bad : new String[] {
            "",
            "plain",
            "$argon2i$v=19$m=19456,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc",
            "$argon2id$v=19$m=999999,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc",
            "$argon2id$v=19$m=19456,t=99,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc",
        }) {
            assertThatThrownBy(() -> passwords.matches("password", bad)).isInstanceOf(IllegalArgumentException.class);
        }
    }
}
