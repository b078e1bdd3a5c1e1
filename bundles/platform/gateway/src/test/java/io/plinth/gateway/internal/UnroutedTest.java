package io.plinth.gateway.internal;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class UnroutedTest {
    private final SlotRouter router = new SlotRouter(FakeConfig.small());
    private final RequestGate gate = new RequestGate(
            new Drain(router, FakeConfig.small()), new AccessLog(new SimpleMeterRegistry()), FakeConfig.small());
    private final Unrouted unrouted = new Unrouted(gate, router);

    @BeforeEach
    void boot() {
        router.bootFinished();
    }

    private FakeExchange ask(String path) throws Exception {
        FakeExchange exchange = new FakeExchange();
        exchange.uri = path;
        unrouted.service(exchange.request(), exchange.response());
        assertThat(exchange.responseHeaders).as("went through the gate").containsKey("X-Request-Id");
        return exchange;
    }

    private void assertUnavailable(FakeExchange exchange, String why) {
        assertThat(exchange.status).isEqualTo(503);
        assertThat(exchange.responseHeaders).containsEntry("Retry-After", "2");
        assertThat(exchange.answer()).contains("/problems/unavailable").contains(why);
    }

    @Test
    void anUnknownPathIs404OnceTheServerHasBooted() throws Exception {
        FakeExchange exchange = ask("/nothing");
        assertThat(exchange.status).isEqualTo(404);
        assertThat(exchange.answer()).contains("/problems/not-found").contains("\"instance\":\"/nothing\"");
    }

    @Test
    void untilThenItMayStillCome() throws Exception {
        SlotRouter starting = new SlotRouter(FakeConfig.small());
        FakeExchange exchange = new FakeExchange();
        exchange.uri = "/nothing";
        new Unrouted(gate, starting).service(exchange.request(), exchange.response());
        assertUnavailable(exchange, "The server is starting.");
    }

    @Test
    void aCapabilityThatIsRestartingIs503() throws Exception {
        router.keep("users", Set.of("/api/v1/users"));
        assertUnavailable(ask("/api/v1/users/7"), "capability");
        assertThat(ask("/api/v1").status).isEqualTo(404);
    }

    @Test
    void theRootLeadsToTheDocumentationWhenThereIsOne() throws Exception {
        assertThat(ask("/").status).isEqualTo(404);
        router.keep("docs", Set.of("/docs"));
        FakeExchange exchange = ask("/");
        assertThat(exchange.status).isEqualTo(303);
        assertThat(exchange.responseHeaders).containsEntry("Location", "/docs/");
    }
}
