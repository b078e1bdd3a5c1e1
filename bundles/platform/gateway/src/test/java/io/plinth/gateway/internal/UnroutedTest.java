package io.plinth.gateway.internal;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.lang.reflect.Proxy;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceReference;

class UnroutedTest {
    private final SlotRouter router = new SlotRouter();
    private final RequestGate gate = new RequestGate(
            new Drain(router, FakeConfig.small()), new AccessLog(new SimpleMeterRegistry()), FakeConfig.small());
    private boolean booted = true;
    private int asked;
    private final Unrouted unrouted = new Unrouted(gate, router, context());

    private BundleContext context() {
        Object reference = Proxy.newProxyInstance(
                UnroutedTest.class.getClassLoader(), new Class<?>[] {ServiceReference.class}, (proxy, called, none) -> {
                    throw new UnsupportedOperationException(called.toString());
                });
        return (BundleContext) Proxy.newProxyInstance(
                UnroutedTest.class.getClassLoader(),
                new Class<?>[] {BundleContext.class},
                (proxy, called, arguments) -> {
                    assertThat(called.getName()).isEqualTo("getServiceReference");
                    assertThat(arguments).containsExactly("org.apache.karaf.features.BootFinished");
                    asked++;
                    return booted ? reference : null;
                });
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
        ask("/nothing");
        assertThat(asked).as("the end of the boot is remembered").isEqualTo(1);
    }

    @Test
    void untilThenItMayStillCome() throws Exception {
        booted = false;
        assertUnavailable(ask("/nothing"), "The server is starting.");
        booted = true;
        assertThat(ask("/nothing").status).isEqualTo(404);
    }

    @Test
    void aCapabilityThatIsRestartingIs503() throws Exception {
        router.add("users", "1.0.0", "/slots/users", Set.of("/api/v1/users"));
        assertUnavailable(ask("/api/v1/users/7"), "capability");
        assertThat(ask("/api/v1").status).isEqualTo(404);
    }

    @Test
    void theRootLeadsToTheDocumentationWhenThereIsOne() throws Exception {
        assertThat(ask("/").status).isEqualTo(404);
        router.add("docs", "1.0.0", "/slots/docs", Set.of("/docs"));
        FakeExchange exchange = ask("/");
        assertThat(exchange.status).isEqualTo(303);
        assertThat(exchange.responseHeaders).containsEntry("Location", "/docs/");
    }
}
