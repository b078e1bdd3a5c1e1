package io.plinth.users.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.text.Normalizer;
import java.util.Locale;
import java.util.stream.IntStream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;
import org.junit.jupiter.api.Test;

class CaseFoldTest {
    @Test
    void everySingleLetterHasOneKeyInAnyCase() {
        for (int letter = 0; letter <= Character.MAX_CODE_POINT; letter++) {
            if (letter >= Character.MIN_SURROGATE && letter <= Character.MAX_SURROGATE) {
                continue;
            }
            String text = Character.toString(letter);
            String key = CaseFold.key(text);
            assertThat(CaseFold.key(key)).as("key of the key of U+%04X", letter).isEqualTo(key);
            assertThat(CaseFold.key(text.toUpperCase(Locale.ROOT)))
                    .as("capital of U+%04X", letter)
                    .isEqualTo(key);
            assertThat(CaseFold.key(text.toLowerCase(Locale.ROOT)))
                    .as("small of U+%04X", letter)
                    .isEqualTo(key);
            assertThat(CaseFold.key(Character.toString(Character.toTitleCase(letter))))
                    .as("title of U+%04X", letter)
                    .isEqualTo(key);
        }
    }

    @Property
    void aKeyIsItsOwnKey(@ForAll("words") String text) {
        assertThat(CaseFold.key(CaseFold.key(text))).isEqualTo(CaseFold.key(text));
    }

    @Property
    void caseMakesNoDifference(@ForAll("words") String text) {
        // Taken apart: the capitals of a composed letter with an iota below are not those of its canonical equal.
        String normal = Normalizer.normalize(text, Normalizer.Form.NFKD);
        assertThat(CaseFold.key(normal.toUpperCase(Locale.ROOT))).isEqualTo(CaseFold.key(text));
        assertThat(CaseFold.key(normal.toLowerCase(Locale.ROOT))).isEqualTo(CaseFold.key(text));
    }

    /** Mostly letters that have another case, combining marks, and letters that are known to be odd. */
    @Provide
    Arbitrary<String> words() {
        Integer[] cased = IntStream.rangeClosed(0, Character.MAX_CODE_POINT)
                .filter(c -> Character.toUpperCase(c) != c || Character.toLowerCase(c) != c)
                .boxed()
                .toArray(Integer[]::new);
        Arbitrary<String> letter = Arbitraries.of(cased).map(Character::toString);
        Arbitrary<String> mark = Arbitraries.integers().between(0x300, 0x36F).map(Character::toString);
        Arbitrary<String> odd =
                Arbitraries.of("ß", "ẞ", "ı", "İ", "Σ", "ς", "ŉ", "ΐ", "ﬃ", "ǅ", "ᾳ", "ᾼ", "\u0345", "Å", "a");
        return Arbitraries.frequencyOf(Tuple.of(5, letter), Tuple.of(3, mark), Tuple.of(4, odd))
                .list()
                .ofMaxSize(12)
                .map(parts -> String.join("", parts));
    }

    @Test
    void knownTraps() {
        assertThat(CaseFold.key("STRASSE"))
                .isEqualTo(CaseFold.key("straße"))
                .isEqualTo(CaseFold.key("STRAẞE"))
                .isEqualTo("strasse");
        assertThat(CaseFold.key("ΟΔΟΣ")).isEqualTo(CaseFold.key("οδος")).isEqualTo("οδοσ");
        assertThat(CaseFold.key("ΟΔΟΣΑ")).startsWith(CaseFold.key("οδος"));
        assertThat(CaseFold.key("ılgın")).isEqualTo(CaseFold.key("ILGIN")).isEqualTo("ilgin");
        assertThat(CaseFold.key("Ａｎｎａ ﬁ")).isEqualTo("anna fi");
        assertThat(CaseFold.key("e\u0301")).isEqualTo(CaseFold.key("É"));
    }

    @Test
    void theLocaleOfTheServerMakesNoDifference() {
        Locale before = Locale.getDefault();
        try {
            Locale.setDefault(new Locale("tr", "TR"));
            assertThat(CaseFold.key("INFO")).isEqualTo("info");
        } finally {
            Locale.setDefault(before);
        }
    }
}
