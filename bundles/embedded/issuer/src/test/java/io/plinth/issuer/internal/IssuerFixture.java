package io.plinth.issuer.internal;

import io.plinth.security.PasswordHasher;
import io.plinth.security.Role;
import io.plinth.security.Secrets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** An issuer with fakes around it. */
public final class IssuerFixture {
    public static final Instant NOW = Instant.parse("2026-11-22T12:00:00.123456Z");
    public static final String SECRET = "a secret + of 100% my own";

    public final MemoryStore store = new MemoryStore();
    public final FakeSecrets secrets = new FakeSecrets();
    public final CountingHasher hasher = new CountingHasher();
    public final Map<String, Set<Role>> users = new HashMap<>();
    public final List<String> startupFailures = new ArrayList<>();

    public IssuerFixture() {
        secrets.given.put("client-secret", SECRET);
    }

    public EmbeddedIssuer issuer() {
        EmbeddedIssuer issuer = unprepared();
        issuer.prepare();
        issuer.deactivate();
        return issuer;
    }

    EmbeddedIssuer unprepared() {
        return withUsers(new EmbeddedIssuer(settings(), clock(), secrets, hasher, store, startupFailures::add));
    }

    EmbeddedIssuer withUsers(EmbeddedIssuer issuer) {
        issuer.bindUsers(user -> Optional.ofNullable(users.get(user)));
        return issuer;
    }

    static IssuerSettings settings() {
        return new IssuerSettings("https://localhost:8443", Duration.ofMinutes(10), 20);
    }

    static Clock clock() {
        return Clock.fixed(NOW, ZoneOffset.UTC);
    }

    /** Secrets in memory. */
    public static final class FakeSecrets implements Secrets {
        public final Map<String, String> given = new HashMap<>();
        public final Map<String, String> stored = new HashMap<>();

        @Override
        public String get(String name) {
            return given.containsKey(name)
                    ? given.get(name)
                    : stored.computeIfAbsent(name, absent -> "x".repeat(43 - absent.length()) + absent);
        }

        @Override
        public Optional<String> given(String name) {
            return Optional.ofNullable(given.get(name));
        }
    }

    /** Stands for the slow hash, and counts how often it would have been computed. */
    public static final class CountingHasher implements PasswordHasher {
        public int runs;

        @Override
        public String hash(String password) {
            return "$argon2id$" + new StringBuilder(password).reverse();
        }

        @Override
        public boolean matches(String password, String hash) {
            runs++;
            return hash(password).equals(hash);
        }
    }
}
