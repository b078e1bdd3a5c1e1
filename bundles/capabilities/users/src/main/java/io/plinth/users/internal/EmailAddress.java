package io.plinth.users.internal;

import io.plinth.problem.ProblemException;
import java.net.IDN;
import java.nio.charset.StandardCharsets;
import java.text.Normalizer;
import java.text.Normalizer.Form;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A well-formed e-mail address: the dot-atoms of RFC 5321 and RFC 6531 and a domain name of at least two labels; no quoted
 * local parts, comments or IP literals, which nobody has but attackers.
 *
 * @param value in NFC, as it was given
 * @param key unique among all users: local part without case, domain in ASCII
 */
record EmailAddress(String value, String key) {
    private static final int LENGTH_MAX = 254;
    private static final int LOCAL_BYTES_MAX = 64;

    /** As wide as the column. */
    private static final int KEY_LENGTH_MAX = 512;

    private static final Pattern LOCAL =
            Pattern.compile("[\\p{L}\\p{M}\\p{Nd}!#$%&'*+/=?^_`{|}~-]+(\\.[\\p{L}\\p{M}\\p{Nd}!#$%&'*+/=?^_`{|}~-]+)*");
    private static final Pattern DOMAIN = Pattern.compile("[\\p{L}\\p{M}\\p{Nd}.-]+");
    private static final Pattern ASCII_DOMAIN =
            Pattern.compile("([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\\.)+[a-z]([a-z0-9-]{0,61}[a-z0-9])?");

    /**
     * Checks and normalises.
     *
     * @throws ProblemException 400 naming {@code email}
     */
    static EmailAddress parse(String text) {
        return find(text)
                .orElseThrow(() -> ProblemException.invalid(
                        "email", "must be an address such as anna@example.org, of at most 254 characters"));
    }

    /** The address that a text is, if it is one. */
    static Optional<EmailAddress> find(String text) {
        int at = text.lastIndexOf('@');
        if (at < 1 || text.length() > LENGTH_MAX) {
            return Optional.empty();
        }
        String value = Normalizer.normalize(text, Form.NFC);
        at = value.lastIndexOf('@');
        String local = value.substring(0, at);
        Optional<String> domain = asciiDomain(value.substring(at + 1));
        int localBytes = local.getBytes(StandardCharsets.UTF_8).length;
        if (domain.isEmpty()
                || value.length() > LENGTH_MAX
                || localBytes > LOCAL_BYTES_MAX
                || localBytes + 1 + domain.get().length() > LENGTH_MAX
                || !LOCAL.matcher(local).matches()) {
            return Optional.empty();
        }
        // Folding can make a text longer: one Arabic ligature becomes 18 letters.
        String key = CaseFold.key(local) + '@' + domain.get();
        return key.length() > KEY_LENGTH_MAX ? Optional.empty() : Optional.of(new EmailAddress(value, key));
    }

    private static Optional<String> asciiDomain(String domain) {
        if (!DOMAIN.matcher(domain).matches()) {
            return Optional.empty();
        }
        try {
            String ascii = IDN.toASCII(domain, IDN.USE_STD3_ASCII_RULES).toLowerCase(Locale.ROOT);
            return ASCII_DOMAIN.matcher(ascii).matches() ? Optional.of(ascii) : Optional.empty();
        } catch (IllegalArgumentException notADomain) {
            // RFC 3490 forbids it: a letter that was never assigned, mixed directions, a label too long.
            return Optional.empty();
        }
    }
}
