package io.plinth.issuer.internal;

import com.fasterxml.uuid.Generators;
import com.fasterxml.uuid.NoArgGenerator;
import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import io.plinth.security.Role;
import java.time.Clock;
import java.time.Instant;
import java.util.Date;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Issues access tokens (RFC 9068). */
public final class TokenMint {
    private static final JOSEObjectType TYPE = new JOSEObjectType("at+jwt");
    private static final String AUDIENCE = "plinth";

    /**
     * A token and what the answer says of it.
     *
     * @param expiresInSeconds from now
     * @param roles that it carries, by name
     */
    public record IssuedToken(String token, long expiresInSeconds, List<String> roles) {
        public IssuedToken {
            roles = List.copyOf(roles);
        }
    }

    private final IssuerSettings settings;
    private final Clients clients;
    private final KeyRing keys;
    private final Clock clock;
    private final NoArgGenerator ids = Generators.timeBasedEpochGenerator();

    TokenMint(IssuerSettings settings, Clients clients, KeyRing keys, Clock clock) {
        this.settings = settings;
        this.clients = clients;
        this.keys = keys;
        this.clock = clock;
    }

    /**
     * Answers the grant {@code client_credentials} (RFC 6749, section 4.4).
     *
     * @param secrets one or two readings of the secret that was sent
     * @param scope roles asked for, separated by single spaces; {@code null} for all that there are
     */
    public IssuedToken clientCredentials(String clientId, List<String> secrets, @Nullable String scope)
            throws OAuthException {
        Client client = clients.authenticate(clientId, secrets);
        Set<Role> roles = narrow(
                clients.rolesNow(client)
                        .orElseThrow(() -> OAuthException.invalidGrant("The user of this client is closed.")),
                scope);
        List<String> names = roles.stream().map(Role::roleName).sorted().toList();
        return new IssuedToken(
                sign(client, names, scope), settings.tokenLifetime().toSeconds(), names);
    }

    private static Set<Role> narrow(Set<Role> roles, @Nullable String scope) throws OAuthException {
        if (scope == null) {
            return roles;
        }
        Set<Role> asked = EnumSet.noneOf(Role.class);
        for (String name : scope.split(" ", -1)) {
            Optional<Role> role = Role.of(name).filter(roles::contains);
            asked.add(role.orElseThrow(() -> OAuthException.invalidScope(
                    "The scope may hold roles of the client only, separated by single spaces.")));
        }
        return asked;
    }

    private String sign(Client client, List<String> roles, @Nullable String scope) {
        KeyRing.Keys current = keys.keys();
        Instant now = clock.instant();
        String userId = client.userId();
        JWTClaimsSet.Builder claims = new JWTClaimsSet.Builder()
                .issuer(settings.issuer())
                .audience(AUDIENCE)
                .subject(userId == null ? client.id() : userId)
                .claim("client_id", client.id())
                .claim("roles", roles)
                .jwtID(ids.generate().toString())
                .issueTime(Date.from(now))
                .expirationTime(Date.from(now.plus(settings.tokenLifetime())));
        if (scope != null) {
            claims.claim("scope", String.join(" ", roles));
        }
        SignedJWT token = new SignedJWT(
                new JWSHeader.Builder(JWSAlgorithm.ES256)
                        .type(TYPE)
                        .keyID(current.signingKeyId())
                        .build(),
                claims.build());
        try {
            token.sign(current.signer());
        } catch (JOSEException impossible) {
            throw new IllegalStateException("A token cannot be signed with key " + current.signingKeyId(), impossible);
        }
        return token.serialize();
    }
}
