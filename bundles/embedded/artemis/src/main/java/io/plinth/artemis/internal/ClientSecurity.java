package io.plinth.artemis.internal;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Ticker;
import io.plinth.event.Broker;
import io.plinth.problem.ProblemException;
import io.plinth.security.ClientAuthenticator;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.Optional;
import java.util.Set;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import javax.security.auth.Subject;
import org.apache.activemq.artemis.core.security.CheckType;
import org.apache.activemq.artemis.core.security.Role;
import org.apache.activemq.artemis.spi.core.protocol.RemotingConnection;
import org.apache.activemq.artemis.spi.core.security.ActiveMQSecurityManager5;
import org.apache.activemq.artemis.spi.core.security.jaas.RolePrincipal;
import org.apache.activemq.artemis.spi.core.security.jaas.UserPrincipal;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Who may log in to the embedded broker: the platform itself, with a password of this run, and OAuth clients of role admin
 * or service, with id and secret. What each role may do is written in {@link ArtemisSettings}.
 */
final class ClientSecurity implements ActiveMQSecurityManager5 {
    static final String PLATFORM = "platform";
    static final String ADMIN = "admin";
    static final String SERVICE = "service";
    private static final Duration CACHED = Duration.ofSeconds(30);
    private static final int CACHED_MAX = 1_000;
    private static final int USER_LENGTH_MAX = 200;
    private static final int PASSWORD_LENGTH_MAX = 512;
    private static final Logger LOG = LoggerFactory.getLogger(ClientSecurity.class);

    private final Broker platform;
    private final SecretKeySpec cacheKey = new SecretKeySpec(random(), "HmacSHA256");
    private final Cache<String, Set<String>> logins;
    private volatile @Nullable ClientAuthenticator clients;

    ClientSecurity(Broker platform, Ticker ticker) {
        this.platform = platform;
        this.logins = Caffeine.newBuilder()
                .expireAfterWrite(CACHED)
                .maximumSize(CACHED_MAX)
                .ticker(ticker)
                .executor(Runnable::run)
                .build();
    }

    /** Who knows the clients from now on; {@code null}: nobody, so all of them are refused. */
    void use(@Nullable ClientAuthenticator authenticator) {
        clients = authenticator;
        logins.invalidateAll();
    }

    /**
     * Whether somebody who logged in earlier could do so now. While that cannot be told the answer is yes: an outage of the
     * database is no reason to cut off consumers.
     */
    boolean isStillWelcome(String user) {
        ClientAuthenticator authenticator = clients;
        if (authenticator == null || user.equals(platform.user())) {
            return true;
        }
        try {
            return !granted(authenticator.rolesNow(user)).isEmpty();
        } catch (ProblemException unavailable) {
            LOG.debug("Whether {} may stay cannot be told now: {}", user, unavailable.detail());
            return true;
        }
    }

    @Override
    public @Nullable Subject authenticate(
            @Nullable String user,
            @Nullable String password,
            @Nullable RemotingConnection connection,
            @Nullable String securityDomain) {
        if (user == null || password == null) {
            return null;
        }
        Set<String> roles = roles(user, password);
        if (roles.isEmpty()) {
            return null;
        }
        Subject subject = new Subject();
        subject.getPrincipals().add(new UserPrincipal(user));
        roles.forEach(role -> subject.getPrincipals().add(new RolePrincipal(role)));
        return subject;
    }

    @Override
    public boolean authorize(
            @Nullable Subject subject, Set<Role> roles, CheckType checkType, @Nullable String address) {
        if (subject == null) {
            return false;
        }
        Set<String> held = new HashSet<>();
        subject.getPrincipals(RolePrincipal.class).forEach(role -> held.add(role.getName()));
        return roles.stream().anyMatch(role -> checkType.hasRole(role) && held.contains(role.getName()));
    }

    @Override
    public boolean validateUser(String user, String password) {
        return authenticate(user, password, null, null) != null;
    }

    @Override
    public boolean validateUserAndRole(String user, String password, Set<Role> roles, CheckType checkType) {
        return authorize(authenticate(user, password, null, null), roles, checkType, null);
    }

    private Set<String> roles(String user, String password) {
        if (user.equals(platform.user())) {
            return isSame(password, platform.password()) ? Set.of(PLATFORM) : Set.of();
        }
        ClientAuthenticator authenticator = clients;
        if (authenticator == null || user.length() > USER_LENGTH_MAX || password.length() > PASSWORD_LENGTH_MAX) {
            return Set.of();
        }
        // A refusal is not cached: null keeps the entry out.
        Set<String> roles = logins.get(fingerprint(user, password), key -> ask(authenticator, user, password));
        return roles == null ? Set.of() : roles;
    }

    private static @Nullable Set<String> ask(ClientAuthenticator authenticator, String user, String password) {
        try {
            Set<String> granted = granted(authenticator.authenticate(user, password));
            return granted.isEmpty() ? null : granted;
        } catch (ProblemException unavailable) {
            LOG.warn("A login to the broker was refused, since it could not be checked: {}", unavailable.detail());
            return null;
        }
    }

    /** What roles of the platform are here. */
    private static Set<String> granted(Optional<Set<io.plinth.security.Role>> roles) {
        Set<String> granted = new HashSet<>();
        for (io.plinth.security.Role role : roles.orElse(Set.of())) {
            if (role == io.plinth.security.Role.ADMIN) {
                granted.add(ADMIN);
            } else if (role == io.plinth.security.Role.SERVICE) {
                granted.add(SERVICE);
            }
        }
        return Set.copyOf(granted);
    }

    /** The cache's key, which gives neither id nor secret away in a heap dump. */
    private String fingerprint(String user, String password) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(cacheKey);
            mac.update(user.getBytes(StandardCharsets.UTF_8));
            mac.update((byte) 0);
            return HexFormat.of().formatHex(mac.doFinal(password.getBytes(StandardCharsets.UTF_8)));
        } catch (GeneralSecurityException everyJdkHasIt) {
            throw new IllegalStateException(everyJdkHasIt);
        }
    }

    private static boolean isSame(String given, String expected) {
        return MessageDigest.isEqual(given.getBytes(StandardCharsets.UTF_8), expected.getBytes(StandardCharsets.UTF_8));
    }

    private static byte[] random() {
        byte[] bytes = new byte[32];
        new SecureRandom().nextBytes(bytes);
        return bytes;
    }
}
