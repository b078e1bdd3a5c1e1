package io.plinth.security;

import org.osgi.annotation.versioning.ProviderType;

/** Slow, salted hashing of passwords: Argon2id in PHC string format, parameters after OWASP's Password Storage sheet. */
@ProviderType
public interface PasswordHasher {
    /** Longest password taken, in UTF-8 bytes. */
    int PASSWORD_BYTES_MAX = 256;

    /**
     * The hash to store.
     *
     * @throws io.plinth.problem.ProblemException 503 when too many hashes are being computed
     */
    String hash(String password);

    /** Whether the password belongs to the hash; compared in constant time. */
    boolean matches(String password, String hash);
}
