package io.plinth.users.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.plinth.problem.ProblemException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class UsernameTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "abc",
                "Anna.B-c_9",
                "Jürgen",
                "Zoë\u0308x",
                "张伟明",
                "אבגד",
                "हिन्दी",
                "สมชาย",
                "٣٤٥",
                "...",
                "𝔘𝔫𝔦"
            })
    void takesLettersOfAnyScript(String name) {
        assertThat(Username.find(name)).isPresent();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "ab",
                "a b c",
                " abc",
                "abc ",
                "a\u0000bc",
                "a@bc",
                "a/bc",
                "abc!",
                "a\u200Bbc",
                "a\u202Ebc",
                "\u0301abc",
                "abc\uD83D\uDE00",
                "abc\uD800",
                "ab\u3164",
                "abc\uFE0F",
                "a\u034Fbc",
                "abc\n"
            })
    void refusesTheRest(String name) {
        assertThat(Username.find(name)).isEmpty();
        assertThatThrownBy(() -> Username.parse(name)).isInstanceOfSatisfying(ProblemException.class, problem -> {
            assertThat(problem.type().status()).isEqualTo(400);
            assertThat(problem.errors().get(0).field()).isEqualTo("username");
        });
    }

    @Test
    void countsLettersAfterNormalising() {
        assertThat(Username.find("a".repeat(64))).isPresent();
        assertThat(Username.find("a".repeat(65))).isEmpty();
        assertThat(Username.find("e\u0301".repeat(64))).isPresent();
        assertThat(Username.find("𠀀".repeat(64))).isPresent();
        assertThat(Username.find("𠀀".repeat(65))).isEmpty();
        // One letter that NFKC takes apart into eighteen, blanks among them.
        assertThat(Username.find("\uFDFA".repeat(4))).isEmpty();
        assertThat(Username.find("a\u0301".repeat(100_000))).isEmpty();
    }

    @Test
    void normalisesToNfkcAndKeepsTheCase() {
        assertThat(Username.parse("Ａｎｎａ").value()).isEqualTo("Anna");
        assertThat(Username.parse("Ａｎｎａ").key()).isEqualTo("anna");
    }

    @Test
    void theLongestKeyFitsItsColumn() {
        assertThat(Username.parse("ΐ".repeat(64)).key().codePoints().count()).isLessThanOrEqualTo(255);
        assertThat(Username.parse("ß".repeat(64)).key()).hasSize(128);
    }
}
