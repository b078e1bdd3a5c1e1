package io.plinth.security.internal.token;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Ticker;
import io.micrometer.core.instrument.MeterRegistry;
import io.plinth.health.StartupFailure;
import io.plinth.problem.ProblemException;
import io.plinth.security.Caller;
import io.plinth.security.InvalidTokenException;
import io.plinth.security.Role;
import io.plinth.security.TokenIssuer;
import io.plinth.security.TokenVerifier;
import io.plinth.security.UserDirectory;
import io.plinth.security.internal.DataFolder;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Clock;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.osgi.framework.BundleContext;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.osgi.service.component.annotations.ReferencePolicyOption;
import org.osgi.service.metatype.annotations.Designate;

/** Verifies tokens of the embedded issuer or of the one external provider, and remembers what it found for a while. */
@Component(service = TokenVerifier.class, configurationPid = "io.plinth.security.token")
@Designate(ocd = TokenConfig.class)
public final class JwtVerifier implements TokenVerifier {
    private final Clock clock;
    private final boolean isExternal;
    private final TokenRules rules;
    private final KeySource source;
    private final CallerStatus status;

    /** By SHA-256 of the token, so that a memory dump shows none. Refused tokens are not kept: anyone can make those. */
    private final Cache<ByteBuffer, VerifiedToken> verified;

    private final AtomicReference<@Nullable CacheMetrics> metrics = new AtomicReference<>();
    private final AtomicReference<@Nullable TokenIssuer> issuer = new AtomicReference<>();
    private final AtomicReference<@Nullable UserDirectory> users = new AtomicReference<>();

    @Activate
    public JwtVerifier(
            BundleContext context,
            TokenConfig config,
            @Reference Clock clock,
            @Reference(
                            service = Consumer.class,
                            target = StartupFailure.FILTER,
                            cardinality = ReferenceCardinality.OPTIONAL)
                    @Nullable
                    Consumer<String> startupFailure) {
        this(settings(context, config, startupFailure), clock, Ticker.systemTicker());
    }

    JwtVerifier(TokenSettings settings, Clock clock, Ticker ticker) {
        this.clock = clock;
        this.isExternal = settings.isExternal();
        this.rules = settings.rules(clock);
        this.source = settings.source(() -> Optional.ofNullable(issuer.get()));
        this.status = new CallerStatus(settings.statusRemembered(), ticker);
        this.verified = Caffeine.newBuilder()
                .maximumSize(settings.cacheEntries())
                .expireAfterWrite(TokenRules.LIFETIME_MAX)
                .ticker(ticker)
                .executor(Runnable::run)
                .recordStats()
                .build();
    }

    private static TokenSettings settings(
            BundleContext context, TokenConfig config, @Nullable Consumer<String> startupFailure) {
        try {
            return new TokenSettings(config, DataFolder.of(context), context.getProperty("plinth.issuer"));
        } catch (IllegalArgumentException wrong) {
            if (startupFailure != null) {
                startupFailure.accept(String.valueOf(wrong.getMessage()));
            }
            throw wrong;
        }
    }

    @Override
    public Caller verify(String token) throws InvalidTokenException {
        if (token.length() > TokenRules.TOKEN_LENGTH_MAX) {
            throw new InvalidTokenException("The token is longer than " + TokenRules.TOKEN_LENGTH_MAX + " characters.");
        }
        SigningKeys keys = source.keys();
        ByteBuffer key = digest(token);
        VerifiedToken known = verified.getIfPresent(key);
        if (known == null || known.keys() != keys || !clock.instant().isBefore(known.expiresAt())) {
            known = rules.check(token, source, keys);
            verified.put(key, known);
        }
        return known.caller(grantedNow(known));
    }

    /** The token's roles as far as client and user still have them. */
    private Set<Role> grantedNow(VerifiedToken token) throws InvalidTokenException {
        TokenIssuer embedded = issuer.get();
        if (!isExternal && (embedded == null || !status.isClientActive(token.clientId(), embedded))) {
            if (embedded == null) {
                throw unavailable("The issuer is not there at this moment, so no token can be checked.");
            }
            throw new InvalidTokenException("The client of the token has been removed.");
        }
        String userId = token.userId();
        if (userId == null) {
            return token.roles();
        }
        UserDirectory directory = users.get();
        if (directory == null) {
            throw unavailable("The users are not there at this moment, so no token of a user can be checked.");
        }
        Set<Role> roles = status.userRoles(userId, directory)
                .orElseThrow(() -> new InvalidTokenException("The user of the token is closed."));
        Set<Role> granted = EnumSet.noneOf(Role.class);
        granted.addAll(token.roles());
        granted.retainAll(roles);
        return granted;
    }

    private static ProblemException unavailable(String detail) {
        return ProblemException.unavailable(detail, Duration.ofSeconds(1), null);
    }

    private static ByteBuffer digest(String token) {
        try {
            return ByteBuffer.wrap(MessageDigest.getInstance("SHA-256").digest(token.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException everyJdkHasIt) {
            throw new IllegalStateException("This Java has no SHA-256", everyJdkHasIt);
        }
    }

    @Reference(
            cardinality = ReferenceCardinality.OPTIONAL,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    void bindIssuer(TokenIssuer service) {
        issuer.set(service);
    }

    void unbindIssuer(TokenIssuer service) {
        issuer.compareAndSet(service, null);
    }

    @Reference(
            cardinality = ReferenceCardinality.OPTIONAL,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    void bindUsers(UserDirectory service) {
        users.set(service);
    }

    void unbindUsers(UserDirectory service) {
        users.compareAndSet(service, null);
    }

    @Reference(
            cardinality = ReferenceCardinality.OPTIONAL,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    void bindMeters(MeterRegistry registry) {
        CacheMetrics last = metrics.getAndSet(new CacheMetrics(registry, "tokens", verified));
        if (last != null) {
            last.close();
        }
    }

    void unbindMeters(MeterRegistry registry) {
        CacheMetrics last = metrics.get();
        if (last != null && last.isOf(registry) && metrics.compareAndSet(last, null)) {
            last.close();
        }
    }

    @Deactivate
    void deactivate() {
        source.close();
        verified.invalidateAll();
    }
}
