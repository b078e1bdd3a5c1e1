package io.plinth.users.internal;

import io.plinth.problem.ProblemException;
import io.plinth.security.PasswordHasher;
import io.plinth.security.Role;
import java.nio.charset.StandardCharsets;
import java.text.Normalizer;
import java.text.Normalizer.Form;
import java.util.Set;
import java.util.regex.Pattern;

/** What the plain fields of a user must look like; each check throws a 400 that names its field. */
final class UserRules {
    static final int PASSWORD_LENGTH_MIN = 8;
    private static final int DISPLAY_NAME_LENGTH_MAX = 100;

    /** Controls, lone surrogates, line breaks, and what turns the direction of the text around it (CVE-2021-42574). */
    private static final Pattern UNPRINTABLE =
            Pattern.compile("[\\p{Cc}\\p{Cs}\\p{Co}\\p{Zl}\\p{Zp}\\u202A-\\u202E\\u2066-\\u2069\\uFEFF]");

    private UserRules() {}

    /** The name in NFC. */
    static String displayName(String text) {
        String name = text.length() > 4 * DISPLAY_NAME_LENGTH_MAX ? text : Normalizer.normalize(text, Form.NFC);
        int length = name.codePointCount(0, name.length());
        if (length > DISPLAY_NAME_LENGTH_MAX
                || name.isBlank()
                || UNPRINTABLE.matcher(name).find()) {
            throw ProblemException.invalid(
                    "displayName",
                    "must have 1 to 100 characters, not only blanks and none of them a control character");
        }
        return name;
    }

    /** The password in NFC, so that the same keys pressed on another system give the same hash (RFC 8265). */
    static String password(String text) {
        String password =
                text.length() > PasswordHasher.PASSWORD_BYTES_MAX ? text : Normalizer.normalize(text, Form.NFC);
        if (password.codePointCount(0, password.length()) < PASSWORD_LENGTH_MIN
                || password.getBytes(StandardCharsets.UTF_8).length > PasswordHasher.PASSWORD_BYTES_MAX) {
            throw ProblemException.invalid(
                    "password",
                    "must have at least " + PASSWORD_LENGTH_MIN + " characters and at most "
                            + PasswordHasher.PASSWORD_BYTES_MAX + " bytes");
        }
        return password;
    }

    static Set<Role> roles(Set<Role> roles) {
        if (roles.isEmpty()) {
            throw ProblemException.invalid("roles", "must name at least one of admin, service, user, monitor");
        }
        return roles;
    }
}
