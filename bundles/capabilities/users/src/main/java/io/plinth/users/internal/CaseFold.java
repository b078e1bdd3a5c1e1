package io.plinth.users.internal;

import java.text.Normalizer;
import java.text.Normalizer.Form;
import java.util.Locale;

/**
 * The key under which texts that differ only in letter case or Unicode form are the same, in any script and whatever the
 * locale of the server.
 *
 * <p>Lower, upper, then lower again: ẞ meets ß only in small letters, and ß meets ss only in capitals; the dotless ı
 * meets i in the capital I. A final ς is written σ, or the key of {@code οδος} would not start with the key of
 * {@code οδοσ}. Compatibility forms such as ﬁ or Ａ are taken apart first, and so are letters with marks, since
 * the iota below (U+0345) becomes a letter of its own in capitals (Unicode 3.13, D145). The steps are repeated until nothing
 * changes, so a key is its own key.
 */
final class CaseFold {
    /** Two are enough for every text that the tests found; more would mean that it never settles. */
    private static final int ROUNDS_MAX = 4;

    private CaseFold() {}

    static String key(String text) {
        String key = text;
        for (int round = 0; round < ROUNDS_MAX; round++) {
            String folded = fold(key);
            if (folded.equals(key)) {
                return key;
            }
            key = folded;
        }
        return key;
    }

    private static String fold(String text) {
        String folded = Normalizer.normalize(text, Form.NFKD)
                .toLowerCase(Locale.ROOT)
                .toUpperCase(Locale.ROOT)
                .toLowerCase(Locale.ROOT)
                .replace('ς', 'σ');
        return Normalizer.normalize(folded, Form.NFKC);
    }
}
