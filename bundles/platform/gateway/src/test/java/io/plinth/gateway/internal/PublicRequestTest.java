package io.plinth.gateway.internal;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.plinth.gateway.Gate;
import io.plinth.gateway.RequestRouter.Lease;
import io.plinth.gateway.RequestRouter.Registration;
import io.plinth.problem.ProblemException;
import io.plinth.security.Caller;
import io.plinth.security.Role;
import java.io.IOException;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class PublicRequestTest {
    private final SlotRouter router = new SlotRouter(FakeConfig.small());
    private final FakeExchange exchange = new FakeExchange();

    @BeforeEach
    void addSlot() {
        router.add(new Registration("users", "1.0.0", "/slots/users/1.0.0", Set.of("/users"), 0))
                .activate();
    }

    private PublicRequest view(Lease lease) {
        return new PublicRequest(exchange.request(), lease, 100, 60_000);
    }

    private PublicRequest routed(String publicPath) {
        exchange.attributes.put(Gate.PUBLIC_PATH, publicPath);
        exchange.uri = "/slots/users/1.0.0" + publicPath;
        exchange.contextPath = "/slots/users/1.0.0";
        return view(router.acquire("/users", () -> ""));
    }

    @Test
    void theApplicationSeesThePublicAddressOnly() {
        PublicRequest view = routed("/users/7%20a");
        assertThat(view.getRequestURI()).isEqualTo("/users/7%20a");
        assertThat(view.getRequestURL()).hasToString("https://plinth.example/users/7%20a");
        assertThat(view.getContextPath()).isEmpty();
        assertThat(view.getServletPath()).isEmpty();
    }

    @Test
    void aRequestOutsideOfSlotsStaysAsItIs() {
        exchange.uri = "/elsewhere";
        PublicRequest view = view(null);
        assertThat(view.getRequestURI()).isEqualTo("/elsewhere");
        assertThat(view.getRequestURL()).hasToString("https://plinth.example/elsewhere");
    }

    @Test
    void aProbeSeesThePublicAddressToo() {
        exchange.attributes.put(Gate.PUBLIC_PATH, "/slots/users/1.0.0/_ready");
        exchange.uri = "/slots/users/1.0.0/_ready";
        exchange.contextPath = "/slots/users/1.0.0";
        assertThat(view(null).getRequestURI()).isEqualTo("/_ready");
        assertThat(view(null).getRequestURL()).hasToString("https://plinth.example/_ready");
    }

    @Test
    void aRequestThatWasTurnedAwayShowsWhatTheClientAskedFor() {
        exchange.attributes.put(Gate.PUBLIC_PATH, "/slots/users/1.0.0/users");
        exchange.uri = "/-";
        assertThat(view(null).getRequestURI()).isEqualTo("/slots/users/1.0.0/users");
    }

    @Test
    void anAnonymousCallerHasNoPrincipalAndNoRole() {
        PublicRequest view = routed("/users");
        assertThat(view.getUserPrincipal()).isNull();
        assertThat(view.getRemoteUser()).isNull();
        assertThat(view.getAuthType()).isNull();
        assertThat(view.isUserInRole("admin")).isFalse();
        assertThat(view.isUserInRole("")).isFalse();
    }

    @Test
    void theCallerIsPrincipalWithTheRolesOfTheToken() {
        Caller caller = new Caller(
                "subject", "client", Optional.empty(), Set.of(Role.MONITOR, Role.USER), "token", Instant.EPOCH);
        exchange.attributes.put(Gate.CALLER, caller);
        PublicRequest view = routed("/users");
        assertThat(view.getUserPrincipal()).isSameAs(caller);
        assertThat(view.getRemoteUser()).isEqualTo("subject");
        assertThat(view.getAuthType()).isEqualTo("Bearer");
        assertThat(view.isUserInRole("monitor")).isTrue();
        assertThat(view.isUserInRole("user")).isTrue();
        for (String other : new String[] {"admin", "service", "MONITOR", "*", "**", ""}) {
            assertThat(view.isUserInRole(other)).as(other).isFalse();
        }
    }

    @Test
    void theBodyIsLimitedHoweverItIsRead() throws IOException {
        exchange.body = new byte[101];
        PublicRequest stream = routed("/users");
        assertThat(stream.getInputStream()).isSameAs(stream.getInputStream());
        assertThatThrownBy(() -> stream.getInputStream().readAllBytes()).isInstanceOf(ProblemException.class);
        PublicRequest reader = routed("/users");
        assertThatThrownBy(() -> reader.getReader().readLine()).isInstanceOf(ProblemException.class);
    }

    @Test
    void theReaderKeepsTheEncoding() throws IOException {
        exchange.body = "gr\u00fcn".getBytes(UTF_8);
        assertThat(routed("/users").getReader().readLine()).isEqualTo("gr\u00fcn");
        exchange.encoding = "ISO-8859-1";
        exchange.body = "gr\u00fcn".getBytes(ISO_8859_1);
        assertThat(routed("/users").getReader().readLine()).isEqualTo("gr\u00fcn");
    }
}
