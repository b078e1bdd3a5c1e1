package io.plinth.security.internal;

import java.util.Base64;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * An Argon2id hash in PHC string format, {@code $argon2id$v=19$m=…,t=…,p=…$salt$hash}.
 *
 * @param memoryKibibytes cost in memory; bounded, since a stored hash must not be able to exhaust the server
 * @param iterations cost in time
 * @param parallelism lanes
 */
record PhcString(int memoryKibibytes, int iterations, int parallelism, byte[] salt, byte[] hash) {
    private static final Pattern FORMAT = Pattern.compile(
            "\\$argon2id\\$v=19\\$m=(\\d{1,6}),t=(\\d{1,2}),p=(\\d)\\$([A-Za-z0-9+/]{11,86})\\$([A-Za-z0-9+/]{22,86})");
    private static final int MEMORY_KIBIBYTES_MAX = 64 * 1024;
    private static final int ITERATIONS_MAX = 10;
    private static final int PARALLELISM_MAX = 4;

    PhcString {
        if (memoryKibibytes < 8 || memoryKibibytes > MEMORY_KIBIBYTES_MAX) {
            throw new IllegalArgumentException("m is out of range: " + memoryKibibytes);
        }
        if (iterations < 1 || iterations > ITERATIONS_MAX || parallelism < 1 || parallelism > PARALLELISM_MAX) {
            throw new IllegalArgumentException("t or p is out of range: " + iterations + ", " + parallelism);
        }
        salt = salt.clone();
        hash = hash.clone();
    }

    /** OWASP Password Storage Cheat Sheet: 19 MiB, two iterations, one lane. */
    static PhcString owasp(byte[] salt, byte[] hash) {
        return new PhcString(19 * 1024, 2, 1, salt, hash);
    }

    /**
     * Reads a stored hash.
     *
     * @throws IllegalArgumentException without the hash in its message
     */
    static PhcString parse(String text) {
        Matcher matcher = FORMAT.matcher(text);
        if (!matcher.matches()) {
            throw new IllegalArgumentException("The stored hash is no Argon2id hash in PHC string format.");
        }
        Base64.Decoder base64 = Base64.getDecoder();
        return new PhcString(
                Integer.parseInt(matcher.group(1)),
                Integer.parseInt(matcher.group(2)),
                Integer.parseInt(matcher.group(3)),
                base64.decode(matcher.group(4)),
                base64.decode(matcher.group(5)));
    }

    PhcString withHash(byte[] newHash) {
        return new PhcString(memoryKibibytes, iterations, parallelism, salt, newHash);
    }

    @Override
    public byte[] salt() {
        return salt.clone();
    }

    @Override
    public byte[] hash() {
        return hash.clone();
    }

    @Override
    public String toString() {
        Base64.Encoder base64 = Base64.getEncoder().withoutPadding();
        return "$argon2id$v=19$m=" + memoryKibibytes + ",t=" + iterations + ",p=" + parallelism + "$"
                + base64.encodeToString(salt) + "$" + base64.encodeToString(hash);
    }
}
