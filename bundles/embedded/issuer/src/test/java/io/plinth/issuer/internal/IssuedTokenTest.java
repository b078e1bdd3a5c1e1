package io.plinth.issuer.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.plinth.issuer.internal.Clients.NewClient;
import io.plinth.security.InvalidTokenException;
import io.plinth.security.Role;
import io.plinth.security.TokenIssuer;
import io.plinth.security.internal.token.JwtVerifier;
import io.plinth.security.internal.token.TokenConfig;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.osgi.framework.BundleContext;

/** Issuer and verification are two bundles that must agree. */
class IssuedTokenTest {
    private final IssuerFixture fixture = new IssuerFixture();

    @Test
    void whatIsIssuedIsAcceptedHereAndNowhereElse() throws Exception {
        EmbeddedIssuer issuer = fixture.issuer();
        NewClient made = issuer.clients().create("app", Set.of(Role.SERVICE), null);
        String token = issuer.mint()
                .clientCredentials(made.client().id(), List.of(made.secret()), null)
                .token();

        assertThat(verifier(issuer).verify(token).roles()).containsExactly(Role.SERVICE);
        EmbeddedIssuer other = new IssuerFixture().issuer();
        assertThatThrownBy(() -> verifier(other).verify(token)).isInstanceOf(InvalidTokenException.class);
        issuer.clients().remove(made.client().id());
        assertThatThrownBy(() -> verifier(issuer).verify(token))
                .isInstanceOf(InvalidTokenException.class)
                .hasMessageContaining("removed");
    }

    private static JwtVerifier verifier(TokenIssuer issuer) throws Exception {
        BundleContext context =
                fake(BundleContext.class, (method, argument) -> "plinth.data".equals(argument) ? "." : null);
        TokenConfig defaults = fake(TokenConfig.class, (method, argument) -> method.getDefaultValue());
        JwtVerifier verifier = new JwtVerifier(context, defaults, IssuerFixture.clock(), null);
        // As the component runtime does it.
        Method bind = JwtVerifier.class.getDeclaredMethod("bindIssuer", TokenIssuer.class);
        bind.setAccessible(true);
        bind.invoke(verifier, issuer);
        return verifier;
    }

    private interface Answer {
        Object to(Method method, Object argument);
    }

    private static <T> T fake(Class<T> type, Answer answer) {
        return type.cast(Proxy.newProxyInstance(
                type.getClassLoader(),
                new Class<?>[] {type},
                (proxy, method, arguments) -> answer.to(method, arguments == null ? null : arguments[0])));
    }
}
