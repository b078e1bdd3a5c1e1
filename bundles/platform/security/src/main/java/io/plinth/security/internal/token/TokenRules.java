package io.plinth.security.internal.token;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSObject;
import io.plinth.security.InvalidTokenException;
import io.plinth.security.Role;
import io.plinth.security.internal.token.SigningKeys.SigningKey;
import java.text.ParseException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What a token must be: RFC 7515, RFC 8725 and RFC 9068, read strictly. */
final class TokenRules {
    static final int TOKEN_LENGTH_MAX = 8 * 1024;
    static final Duration LEEWAY = Duration.ofSeconds(30);
    static final Duration LIFETIME_MAX = Duration.ofMinutes(15);
    static final String AUDIENCE = "plinth";

    private static final Pattern COMPACT = Pattern.compile("[A-Za-z0-9_-]+\\.[A-Za-z0-9_-]+\\.[A-Za-z0-9_-]+");
    private static final Set<JWSAlgorithm> ALGORITHMS = Set.of(JWSAlgorithm.RS256, JWSAlgorithm.ES256);
    private static final Set<String> HEADERS_REFUSED = Set.of("jwk", "jku", "x5u", "x5c", "crit", "b64", "zip");

    private final Clock clock;
    private final Set<String> types;
    private final boolean isExternal;
    private final String userClaim;

    private TokenRules(Clock clock, Set<String> types, boolean isExternal, String userClaim) {
        this.clock = clock;
        this.types = Set.copyOf(types);
        this.isExternal = isExternal;
        this.userClaim = userClaim;
    }

    /** For tokens of the embedded issuer: nothing but RFC 9068. */
    static TokenRules embedded(Clock clock) {
        return new TokenRules(clock, Set.of("at+jwt", "application/at+jwt"), false, "");
    }

    /** For tokens of an external provider: other {@code typ}, {@code azp} for {@code client_id}, Keycloak's realm roles. */
    static TokenRules external(Clock clock, Set<String> types, String userClaim) {
        return new TokenRules(clock, types, true, userClaim);
    }

    /** Verifies everything that the token itself and the issuer's keys can tell. */
    VerifiedToken check(String token, KeySource source, SigningKeys known) throws InvalidTokenException {
        JWSObject jws = parse(token);
        JWSHeader header = jws.getHeader();
        checkHeader(header);
        SigningKeys keys = known;
        Optional<SigningKey> key = keys.find(header.getKeyID());
        if (key.isEmpty()) {
            keys = source.refresh();
            key = keys.find(header.getKeyID());
        }
        if (key.isEmpty()) {
            throw new InvalidTokenException("The token is signed with a key that the issuer does not have.");
        }
        checkSignature(jws, key.get());
        Map<String, Object> claims = jws.getPayload().toJSONObject();
        if (claims == null) {
            throw new InvalidTokenException("The claims of the token are no JSON object.");
        }
        return checkClaims(new TokenClaims(claims), source.issuer(), keys);
    }

    /** Whether a token that ends then is still taken. */
    boolean isExpired(Instant expiresAt) {
        return !clock.instant().isBefore(expiresAt.plus(LEEWAY));
    }

    private static JWSObject parse(String token) throws InvalidTokenException {
        if (token.length() > TOKEN_LENGTH_MAX) {
            throw new InvalidTokenException("The token is longer than " + TOKEN_LENGTH_MAX + " characters.");
        }
        if (!COMPACT.matcher(token).matches()) {
            throw new InvalidTokenException("The token is not three segments of unpadded base64url.");
        }
        for (String segment : token.split("\\.", 3)) {
            checkCanonical(segment);
        }
        try {
            return JWSObject.parse(token);
        } catch (ParseException | IllegalArgumentException broken) {
            throw new InvalidTokenException("The token is no signed JSON Web Token.");
        }
    }

    /** Bits that do not count must be zero, or one signature would have several spellings. */
    private static void checkCanonical(String segment) throws InvalidTokenException {
        try {
            byte[] decoded = Base64.getUrlDecoder().decode(segment);
            if (Base64.getUrlEncoder().withoutPadding().encodeToString(decoded).equals(segment)) {
                return;
            }
        } catch (IllegalArgumentException broken) {
            throw new InvalidTokenException("The token is not three segments of unpadded base64url.");
        }
        throw new InvalidTokenException("The token is not canonical base64url.");
    }

    private void checkHeader(JWSHeader header) throws InvalidTokenException {
        if (!ALGORITHMS.contains(header.getAlgorithm())) {
            throw new InvalidTokenException("The token is not signed with RS256 or ES256.");
        }
        if (header.getType() == null || !types.contains(header.getType().getType())) {
            throw new InvalidTokenException("The token is no access token: typ is not at+jwt.");
        }
        for (String name : HEADERS_REFUSED) {
            if (header.toJSONObject().containsKey(name)) {
                throw new InvalidTokenException("The token has a header that is not taken: " + name + ".");
            }
        }
        if (header.getKeyID() == null) {
            throw new InvalidTokenException("The token does not name its key.");
        }
    }

    private static void checkSignature(JWSObject jws, SigningKey key) throws InvalidTokenException {
        boolean isGood;
        try {
            isGood = key.algorithm().equals(jws.getHeader().getAlgorithm()) && jws.verify(key.verifier());
        } catch (JOSEException | IllegalStateException unreadable) {
            isGood = false;
        }
        if (!isGood) {
            throw new InvalidTokenException("The signature of the token is not valid.");
        }
    }

    private VerifiedToken checkClaims(TokenClaims claims, String issuer, SigningKeys keys)
            throws InvalidTokenException {
        if (!claims.text("iss").equals(issuer)) {
            throw new InvalidTokenException("The token is of another issuer.");
        }
        if (!claims.audience().contains(AUDIENCE)) {
            throw new InvalidTokenException("The token is not meant for " + AUDIENCE + ".");
        }
        Instant expiresAt = checkTimes(claims);
        String subject = claims.text("sub");
        String clientId = claims.text(isExternal && !claims.has("client_id") ? "azp" : "client_id");
        return new VerifiedToken(
                subject,
                clientId,
                userId(claims, subject, clientId),
                roles(claims),
                claims.text("jti"),
                expiresAt,
                keys);
    }

    private Instant checkTimes(TokenClaims claims) throws InvalidTokenException {
        Instant now = clock.instant();
        Instant expiresAt = claims.time("exp");
        Instant issuedAt = claims.time("iat");
        Instant notBefore = claims.optionalTime("nbf");
        if (isExpired(expiresAt)) {
            throw new InvalidTokenException("The token has expired.");
        }
        if (expiresAt.isAfter(now.plus(LIFETIME_MAX).plus(LEEWAY))) {
            throw new InvalidTokenException("The token lives longer than " + LIFETIME_MAX.toMinutes() + " minutes.");
        }
        if (issuedAt.isAfter(now.plus(LEEWAY)) || !issuedAt.isBefore(expiresAt)) {
            throw new InvalidTokenException("The token was issued in the future, or after its end.");
        }
        if (notBefore != null && notBefore.isAfter(now.plus(LEEWAY))) {
            throw new InvalidTokenException("The token is not valid yet.");
        }
        return expiresAt;
    }

    private @Nullable String userId(TokenClaims claims, String subject, String clientId) throws InvalidTokenException {
        if (isExternal) {
            return claims.optionalText(userClaim);
        }
        return subject.equals(clientId) ? null : subject;
    }

    private Set<Role> roles(TokenClaims claims) throws InvalidTokenException {
        List<String> names = isExternal && !claims.has("roles") ? claims.realmRoles() : claims.roles();
        Set<Role> roles = EnumSet.noneOf(Role.class);
        for (String name : names) {
            Role.of(name).ifPresent(roles::add);
        }
        return roles;
    }
}
