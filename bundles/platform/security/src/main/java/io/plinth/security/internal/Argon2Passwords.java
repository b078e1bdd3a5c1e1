package io.plinth.security.internal;

import io.plinth.problem.ProblemException;
import io.plinth.security.PasswordHasher;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.text.Normalizer;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.bouncycastle.crypto.generators.Argon2BytesGenerator;
import org.bouncycastle.crypto.params.Argon2Parameters;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;

/**
 * Argon2id (RFC 9106). Each run takes 19 MiB and tens of milliseconds of a core, so only a few may run at once: a flood of
 * logins waits or is turned away, instead of taking all memory.
 */
@Component
public final class Argon2Passwords implements PasswordHasher {
    private static final int CONCURRENT_MAX = 3;
    private static final Duration WAIT_MAX = Duration.ofSeconds(2);
    private static final int SALT_BYTES = 16;
    private static final int HASH_BYTES = 32;

    private final SecureRandom random = new SecureRandom();
    private final Semaphore permits;
    private final Duration waitMax;

    @Activate
    public Argon2Passwords() {
        this(new Semaphore(CONCURRENT_MAX, true), WAIT_MAX);
    }

    Argon2Passwords(Semaphore permits, Duration waitMax) {
        this.permits = permits;
        this.waitMax = waitMax;
    }

    @Override
    public String hash(String password) {
        byte[] bytes = bytes(password)
                .orElseThrow(() -> ProblemException.invalid(
                        "password", "must be 1 to " + PASSWORD_BYTES_MAX + " bytes of well-formed UTF-8"));
        byte[] salt = new byte[SALT_BYTES];
        random.nextBytes(salt);
        PhcString owasp = PhcString.owasp(salt, new byte[HASH_BYTES]);
        return owasp.withHash(compute(bytes, owasp)).toString();
    }

    @Override
    public boolean matches(String password, String hash) {
        PhcString expected = PhcString.parse(hash);
        Optional<byte[]> bytes = bytes(password);
        return bytes.isPresent() && MessageDigest.isEqual(compute(bytes.get(), expected), expected.hash());
    }

    private byte[] compute(byte[] password, PhcString parameters) {
        acquire();
        try {
            Argon2BytesGenerator generator = new Argon2BytesGenerator();
            generator.init(new Argon2Parameters.Builder(Argon2Parameters.ARGON2_id)
                    .withVersion(Argon2Parameters.ARGON2_VERSION_13)
                    .withMemoryAsKB(parameters.memoryKibibytes())
                    .withIterations(parameters.iterations())
                    .withParallelism(parameters.parallelism())
                    .withSalt(parameters.salt())
                    .build());
            byte[] hash = new byte[parameters.hash().length];
            generator.generateBytes(password, hash);
            return hash;
        } finally {
            permits.release();
            Arrays.fill(password, (byte) 0);
        }
    }

    private void acquire() {
        try {
            if (permits.tryAcquire(waitMax.toMillis(), TimeUnit.MILLISECONDS)) {
                return;
            }
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
        throw ProblemException.unavailable(
                "Too many passwords are being checked at this moment.", Duration.ofSeconds(2), null);
    }

    /** NFC, so that the same password typed on another keyboard is the same; empty for what is no password. */
    private static Optional<byte[]> bytes(String password) {
        if (password.isEmpty() || password.length() > PASSWORD_BYTES_MAX) {
            return Optional.empty();
        }
        try {
            CharBuffer composed = CharBuffer.wrap(Normalizer.normalize(password, Normalizer.Form.NFC));
            ByteBuffer encoded = StandardCharsets.UTF_8.newEncoder().encode(composed);
            byte[] bytes = new byte[encoded.remaining()];
            encoded.get(bytes);
            return bytes.length > PASSWORD_BYTES_MAX ? Optional.empty() : Optional.of(bytes);
        } catch (CharacterCodingException unpairedSurrogate) {
            return Optional.empty();
        }
    }
}
