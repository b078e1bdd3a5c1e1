package io.plinth.hotdeploy.internal;

import static org.assertj.core.api.Assertions.assertThat;

import io.plinth.capability.Capabilities.CapabilityVersion;
import io.plinth.capability.Capabilities.State;
import io.plinth.capability.RestResource;
import io.plinth.gateway.Gate;
import io.plinth.gateway.RequestRouter.Target;
import io.plinth.hotdeploy.internal.FakeOsgi.Registered;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import javax.servlet.Filter;
import javax.servlet.FilterChain;
import javax.servlet.http.HttpServletRequest;
import javax.servlet.http.HttpServletResponse;
import javax.ws.rs.core.Application;
import org.junit.jupiter.api.Test;
import org.osgi.framework.ServiceReference;

class SlotVersionTest {
    private static final Object EXTENSION = new Object();

    /** A resource. */
    static final class Sample implements RestResource {}

    /** Notes what passes. */
    static final class FakeGate implements Gate {
        private HttpServletRequest passed;

        @Override
        public void pass(HttpServletRequest request, HttpServletResponse response, FilterChain chain) {
            passed = request;
        }

        @Override
        public String probeToken() {
            return "probe-token";
        }

        @Override
        public void completed(Completion completion) {
            throw new UnsupportedOperationException();
        }
    }

    private final FakeOsgi osgi = new FakeOsgi("1.1.0");
    private final FakeGate gate = new FakeGate();
    private final Sample resource = new Sample();
    private final SlotVersion version = version(osgi);

    private static SlotVersion version(FakeOsgi osgi) {
        Target target = FakeOsgi.proxy(Target.class, (proxy, called, arguments) -> {
            throw new UnsupportedOperationException(called.toString());
        });
        return new SlotVersion(
                new CapabilityManifest("users", Set.of("/api/v1/users"), Optional.empty(), false, 0, List.of()),
                osgi.bundle(),
                target);
    }

    @SuppressWarnings("unchecked")
    private ServiceReference<RestResource> addResource() {
        ServiceReference<RestResource> reference = (ServiceReference<RestResource>) FakeOsgi.reference();
        version.addResource(reference, resource);
        return reference;
    }

    private boolean publish() {
        return version.publish(gate, Set.of(EXTENSION));
    }

    private Stream<String> types() {
        return osgi.services.stream().map(Registered::type);
    }

    @Test
    void publishesItsFilterAndThenItsApplicationUnderABaseOfItsOwn() throws Exception {
        addResource();
        version.claim();
        assertThat(publish()).isTrue();

        assertThat(types()).containsExactly("Filter", "Application");
        Registered filter = osgi.services.get(0);
        assertThat(filter.properties().get("osgi.http.whiteboard.context.select"))
                .isEqualTo("(osgi.jaxrs.name=users-1.1.0)");
        assertThat(filter.properties().get("osgi.http.whiteboard.filter.asyncSupported"))
                .isEqualTo(true);
        assertThat((String[]) filter.properties().get("osgi.http.whiteboard.filter.dispatcher"))
                .containsExactly("REQUEST", "ASYNC");
        Registered application = osgi.services.get(1);
        assertThat(application.properties().get("osgi.jaxrs.name")).isEqualTo("users-1.1.0");
        assertThat(application.properties().get("osgi.jaxrs.application.base")).isEqualTo("/slots/users/1.1.0/");
        assertThat(version.base()).isEqualTo("/slots/users/1.1.0");
        assertThat(((Application) application.service()).getSingletons())
                .hasSize(3)
                .contains(EXTENSION, resource)
                .hasAtLeastOneElementOfType(ReadinessProbe.class);

        HttpServletRequest request = FakeOsgi.proxy(HttpServletRequest.class, (proxy, called, arguments) -> null);
        HttpServletResponse response = FakeOsgi.proxy(HttpServletResponse.class, (proxy, called, arguments) -> null);
        ((Filter) filter.service()).doFilter(request, response, (seen, answer) -> {});
        assertThat(gate.passed).as("requests go through the gate").isSameAs(request);
    }

    @Test
    void isTakenBackInReverse() {
        version.claim();
        assertThat(publish()).isTrue();
        version.withdraw();
        assertThat(osgi.services).isEmpty();
        assertThat(osgi.unregistered).containsExactly("Application", "Filter");
        version.withdraw();
        assertThat(osgi.unregistered).hasSize(2);
    }

    @Test
    void isNotPublishedUnclaimedOrOnceItsBundleHasStopped() {
        assertThat(publish()).isFalse();
        version.claim();
        version.release();
        assertThat(publish()).isFalse();
        version.claim();
        osgi.stop();
        assertThat(publish()).isFalse();
        assertThat(osgi.services).isEmpty();
    }

    /** Its turn to be published may come after it was withdrawn, while it is not yet free to be claimed again. */
    @Test
    void isNotPublishedAfterItWasWithdrawn() {
        version.claim();
        version.withdraw();
        assertThat(publish()).isFalse();
        assertThat(osgi.services).isEmpty();
        version.release();
        version.claim();
        assertThat(publish()).isTrue();
    }

    /** Two turns may be waiting when it was claimed, withdrawn and claimed again before the first came. */
    @Test
    void isPublishedOnceHoweverManyTurnsItHas() {
        version.claim();
        version.withdraw();
        version.release();
        version.claim();
        assertThat(publish()).isTrue();
        assertThat(publish()).isFalse();
        assertThat(types()).containsExactly("Filter", "Application");
    }

    @Test
    void servicesThatTheFrameworkTookAwayAreNoFailure() {
        version.claim();
        assertThat(publish()).isTrue();
        osgi.loseServices();
        version.withdraw();
        version.release();
        version.claim();
        assertThat(publish()).as("nothing of before is in the way").isTrue();
    }

    @Test
    void countsItsResources() {
        ServiceReference<RestResource> one = addResource();
        addResource();
        assertThat(version.resourceCount()).isEqualTo(2);
        version.removeResource(one);
        assertThat(version.resourceCount()).isEqualTo(1);
    }

    @Test
    void showsWhereItStands() {
        addResource();
        assertThat(version.snapshot())
                .isEqualTo(new CapabilityVersion(
                        "users", "1.1.0", State.STARTING, "waits for its resources", 7, Set.of(Sample.class)));
        version.become(State.ACTIVE, "");
        assertThat(version.snapshot().state()).isEqualTo(State.ACTIVE);
        assertThat(version).hasToString("users 1.1.0");
    }
}
