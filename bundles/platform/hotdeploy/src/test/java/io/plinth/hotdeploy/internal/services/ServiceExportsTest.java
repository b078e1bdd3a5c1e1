package io.plinth.hotdeploy.internal.services;

import static io.plinth.hotdeploy.internal.services.Sandbox.GREETER;
import static io.plinth.hotdeploy.internal.services.Sandbox.SLOT;
import static io.plinth.hotdeploy.internal.services.Sandbox.seen;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.plinth.hotdeploy.internal.services.Sandbox.Version;
import io.plinth.hotdeploy.internal.services.sample.provider.Hidden;
import io.plinth.hotdeploy.internal.services.sample.provider.SampleGreeter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Hashtable;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.osgi.framework.AllServiceListener;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceReference;
import org.osgi.framework.ServiceRegistration;

/** Who sees what, and which proxies there are. */
class ServiceExportsTest {
    private static final Map<String, String> SAMPLE = Map.of("component.name", "sample");

    private Sandbox sandbox;
    private ServiceExports exports;
    private Version first;
    private Version second;

    @BeforeEach
    void start(@TempDir Path storage) throws Exception {
        sandbox = new Sandbox(storage);
        exports = new ServiceExports(sandbox.platform, 20);
        first = sandbox.version("1.0.0");
        second = sandbox.version("2.0.0");
        exports.add(SLOT, first.bundle());
        exports.add(SLOT, second.bundle());
    }

    @AfterEach
    void stop() throws Exception {
        sandbox.stop();
    }

    @Test
    void othersSeeOnlyTheProxyAndTheVersionOnlyItsOwn() {
        ServiceRegistration<?> firstRaw = first.register(() -> "one");
        ServiceRegistration<?> secondRaw = second.register(() -> "two");
        assertThat(seen(sandbox.consumer, GREETER)).isEmpty();

        exports.activate(SLOT, first.bundle());

        List<ServiceReference<?>> proxies = seen(sandbox.consumer, GREETER);
        assertThat(proxies).hasSize(1).doesNotContain(firstRaw.getReference(), secondRaw.getReference());
        assertThat(proxies.get(0).getProperty("plinth.capability")).isEqualTo(SLOT);
        assertThat(proxies.get(0).getProperty("component.name")).isEqualTo("sample");
        assertThat(proxies.get(0).getBundle()).isEqualTo(sandbox.api);
        assertThat(seen(first.context(), GREETER)).containsExactly(firstRaw.getReference());
        assertThat(seen(second.context(), GREETER)).containsExactly(secondRaw.getReference());
        assertThat(seen(sandbox.platform, GREETER)).hasSize(3);
        assertThat(sandbox.greeter().get()).isEqualTo("one");
    }

    @Test
    void anotherCapabilityReachesTheProxy() throws Exception {
        Version other = sandbox.version("7.0.0");
        exports.add("other", other.bundle());
        first.register(() -> "one");
        exports.activate(SLOT, first.bundle());

        assertThat(seen(other.context(), GREETER)).isEqualTo(seen(sandbox.consumer, GREETER));
    }

    @Test
    void aSwapIsNoEventForTheConsumer() throws Exception {
        List<String> ofConsumer = events(sandbox.consumer);
        List<String> ofSecond = events(second.context());
        ServiceRegistration<?> firstRaw = first.register(() -> "one");
        exports.activate(SLOT, first.bundle());
        assertThat(ofConsumer).containsExactly("1 proxy");
        ServiceReference<?> bound = seen(sandbox.consumer, GREETER).get(0);
        Supplier<String> service = sandbox.greeter();

        second.register(() -> "two");
        exports.activate(SLOT, second.bundle());
        firstRaw.unregister();
        first.bundle().stop();
        exports.remove(SLOT, first.bundle());

        assertThat(service.get()).isEqualTo("two");
        assertThat(seen(sandbox.consumer, GREETER)).containsExactly(bound);
        assertThat(ofConsumer).containsExactly("1 proxy");
        assertThat(ofSecond).containsExactly("1 raw");
    }

    private static List<String> events(BundleContext context) {
        List<String> events = new ArrayList<>();
        AllServiceListener listener = event -> events.add(event.getType()
                + (event.getServiceReference().getProperty(Export.PROXY_OF) == null ? " raw" : " proxy"));
        context.addServiceListener(listener);
        return events;
    }

    @Test
    void exportsFollowWhatTheNewVersionHas() {
        first.register(() -> "one");
        first.register(() -> "dropped", Map.of("component.name", "dropped"), GREETER);
        second.register(() -> "two");
        second.register(() -> "fresh", Map.of("component.name", "fresh"), GREETER);

        exports.activate(SLOT, first.bundle());
        assertThat(components()).containsExactlyInAnyOrder("sample", "dropped");
        exports.activate(SLOT, second.bundle());
        assertThat(components()).containsExactlyInAnyOrder("sample", "fresh");
    }

    private List<Object> components() {
        return seen(sandbox.consumer, GREETER).stream()
                .map(reference -> reference.getProperty("component.name"))
                .toList();
    }

    @Test
    void propertiesChangeOnlyIfTheyDiffer() {
        List<String> events = events(sandbox.consumer);
        String[] tags = {"a", "b"};
        first.register(() -> "one", Map.of("component.name", "sample", "tags", tags, "component.id", 1L), GREETER);
        second.register(
                () -> "two", Map.of("component.name", "sample", "tags", tags.clone(), "component.id", 2L), GREETER);
        exports.activate(SLOT, first.bundle());
        exports.activate(SLOT, second.bundle());
        assertThat(events).containsExactly("1 proxy");

        ServiceReference<?> raw = second.services().get(0);
        assertThat(seen(sandbox.consumer, GREETER).get(0).getProperty("component.id"))
                .isNull();
        assertThat(raw.getProperty("component.id")).isEqualTo(2L);
        exports.activate(SLOT, first.bundle());
        assertThat(events).containsExactly("1 proxy");
    }

    @Test
    void changedPropertiesReachTheProxy() {
        ServiceRegistration<?> raw = first.register(() -> "one");
        exports.activate(SLOT, first.bundle());
        ServiceReference<?> proxy = seen(sandbox.consumer, GREETER).get(0);

        raw.setProperties(new Hashtable<>(Map.of("component.name", "sample", "colour", "red")));

        assertThat(proxy.getProperty("colour")).isEqualTo("red");
        assertThat(proxy.getProperty("plinth.capability")).isEqualTo(SLOT);
    }

    @Test
    void aServiceThatComesLaterIsExportedThen() {
        exports.activate(SLOT, first.bundle());
        second.register(() -> "two");
        assertThat(seen(sandbox.consumer, GREETER)).isEmpty();

        first.register(() -> "one");

        assertThat(sandbox.greeter().get()).isEqualTo("one");
    }

    /** A component of somebody else that is activated by a proxy may wait for one that registers a service of the version. */
    @Test
    void noLockIsHeldWhileAProxyIsRegistered() {
        AtomicBoolean once = new AtomicBoolean(true);
        sandbox.consumer.addServiceListener(event -> {
            if (once.getAndSet(false)) {
                CompletableFuture.runAsync(() -> second.register(() -> "more", Map.of("component.name", "x"), GREETER))
                        .orTimeout(10, TimeUnit.SECONDS)
                        .thenRun(() -> exports.activate(SLOT, second.bundle()))
                        .orTimeout(10, TimeUnit.SECONDS)
                        .join();
            }
        });
        first.register(() -> "one");

        exports.activate(SLOT, first.bundle());

        // What came meanwhile was done by the thread that was at it.
        assertThat(components()).containsExactly("x");
        assertThat(sandbox.greeter().get()).isEqualTo("more");
    }

    @Test
    void oneProxyForEachInterfaceOfAnotherBundle() {
        String supplier = Supplier.class.getName();
        String[] types = {GREETER, supplier, Hidden.class.getName(), SampleGreeter.class.getName()};
        ServiceReference<?> raw = first.register(() -> "one", SAMPLE, types).getReference();

        exports.activate(SLOT, first.bundle());

        assertThat(seen(sandbox.consumer, GREETER)).hasSize(1);
        assertThat(seen(sandbox.consumer, supplier)).hasSize(1);
        assertThat(seen(sandbox.consumer, supplier).get(0).getBundle()).isEqualTo(sandbox.platform.getBundle());
        // A proxy of an interface of its own would be registered in its own name.
        assertThat(first.services()).containsExactly(raw);
    }

    @Test
    void theInstancesOfAFactoryAreExportsOfTheirOwn() {
        for (String name : List.of("red", "blue")) {
            Map<String, String> properties =
                    Map.of("component.name", "sample", "service.factoryPid", "p", "service.pid", "p~" + name);
            first.register(() -> name, properties, GREETER);
            second.register(() -> name, properties, GREETER);
        }
        exports.activate(SLOT, first.bundle());
        List<ServiceReference<?>> before = seen(sandbox.consumer, GREETER);
        exports.activate(SLOT, second.bundle());

        assertThat(before).hasSize(2);
        assertThat(seen(sandbox.consumer, GREETER)).containsExactlyInAnyOrderElementsOf(before);
    }

    @Test
    void whatIsNoComponentOrNoCapabilityIsLeftAlone() throws Exception {
        Version stranger = sandbox.version("9.0.0");
        ServiceReference<?> strange = stranger.register(() -> "strange").getReference();
        ServiceReference<?> plain =
                first.register(() -> "plain", Map.of(), GREETER).getReference();
        exports.activate(SLOT, first.bundle());

        assertThat(seen(sandbox.consumer, GREETER)).containsExactlyInAnyOrder(strange, plain);
    }

    @Test
    void theServicesOfAVersionAreThereBeforeItIsActive() {
        first.register(() -> "one", Map.of("component.name", "b", "service.ranking", 5), Supplier.class.getName());
        first.register(() -> "low", Map.of("component.name", "a"), Supplier.class.getName());
        second.register(() -> "two", SAMPLE, Supplier.class.getName());

        assertThat(exports.services(first.bundle(), Supplier.class))
                .extracting(service -> service.get())
                .containsExactly("one", "low");
    }

    @Test
    void forgettingUnregisters() {
        first.register(() -> "one");
        exports.activate(SLOT, first.bundle());
        Supplier<String> service = sandbox.greeter();

        exports.forget(SLOT);

        assertThat(seen(sandbox.consumer, GREETER)).isEmpty();
        assertThatThrownBy(service::get).hasMessageContaining("not available");
        assertThatThrownBy(() -> exports.activate(SLOT, first.bundle())).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void servicesStayHiddenWhileTheBundleOfARemovedVersionStops() throws Exception {
        first.register(() -> "one");
        List<String> events = events(sandbox.consumer);

        exports.remove(SLOT, first.bundle());
        assertThat(seen(sandbox.consumer, GREETER)).isEmpty();
        first.bundle().stop();

        assertThat(events).isEmpty();
    }

    @Test
    void aProxyOutlivesTheBundleOfItsInterface() throws Exception {
        first.register(() -> "one");
        exports.activate(SLOT, first.bundle());

        sandbox.api.stop();

        assertThat(seen(sandbox.consumer, GREETER)).hasSize(1);
        assertThat(seen(sandbox.consumer, GREETER).get(0).getBundle()).isEqualTo(sandbox.platform.getBundle());
        assertThat(sandbox.greeter().get()).isEqualTo("one");
    }

    @Test
    void closingLeavesNothingBehind() {
        first.register(() -> "one");
        exports.activate(SLOT, first.bundle());

        exports.close();

        assertThat(seen(sandbox.consumer, GREETER)).isEqualTo(first.services());
        assertThat(sandbox.platform.getBundle().getRegisteredServices()).isNullOrEmpty();
        assertThat(first.bundle().getState()).isEqualTo(Bundle.ACTIVE);
    }
}
