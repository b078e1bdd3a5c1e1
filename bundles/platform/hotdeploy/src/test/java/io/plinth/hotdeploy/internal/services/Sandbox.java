package io.plinth.hotdeploy.internal.services;

import static org.assertj.core.api.Assertions.assertThat;

import io.plinth.hotdeploy.internal.services.sample.api.Greeter;
import io.plinth.hotdeploy.internal.services.sample.provider.Hidden;
import io.plinth.hotdeploy.internal.services.sample.provider.SampleGreeter;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.Dictionary;
import java.util.HashMap;
import java.util.Hashtable;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.stream.Stream;
import org.apache.felix.framework.FrameworkFactory;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.BundleException;
import org.osgi.framework.Constants;
import org.osgi.framework.InvalidSyntaxException;
import org.osgi.framework.ServiceReference;
import org.osgi.framework.ServiceRegistration;
import org.osgi.framework.launch.Framework;

/** A framework with an API bundle, a platform bundle and a consumer, in which tests install versions of a capability. */
final class Sandbox {
    static final String SLOT = "greeting";
    static final String GREETER = Greeter.class.getName();

    final Bundle api;
    final BundleContext platform;
    final BundleContext consumer;
    private final Framework framework;

    Sandbox(Path storage) throws BundleException {
        Map<String, String> settings = new HashMap<>();
        settings.put(Constants.FRAMEWORK_STORAGE, storage.toString());
        settings.put("felix.log.level", "1");
        // The handlers are static in the JVM and would hold a framework of an earlier test.
        settings.put("felix.service.urlhandlers", "false");
        framework = new FrameworkFactory().newFramework(settings);
        framework.start();
        String apiPackage = Greeter.class.getPackageName();
        api = start("api", Map.of(Constants.EXPORT_PACKAGE, apiPackage), Greeter.class);
        platform = start("platform", Map.of()).getBundleContext();
        consumer =
                start("consumer", Map.of(Constants.IMPORT_PACKAGE, apiPackage)).getBundleContext();
    }

    void stop() throws Exception {
        framework.stop();
        framework.waitForStop(10_000);
    }

    Version version(String version) throws BundleException {
        Map<String, String> headers =
                Map.of(Constants.IMPORT_PACKAGE, Greeter.class.getPackageName(), Constants.BUNDLE_VERSION, version);
        return new Version(start("provider-" + version, headers, SampleGreeter.class, Hidden.class));
    }

    private Bundle start(String name, Map<String, String> headers, Class<?>... classes) throws BundleException {
        Bundle bundle = framework.getBundleContext().installBundle("test:" + name, jar(name, headers, classes));
        bundle.start();
        return bundle;
    }

    private static InputStream jar(String name, Map<String, String> headers, Class<?>... classes) {
        Manifest manifest = new Manifest();
        Attributes attributes = manifest.getMainAttributes();
        attributes.put(Attributes.Name.MANIFEST_VERSION, "1.0");
        attributes.putValue(Constants.BUNDLE_MANIFESTVERSION, "2");
        attributes.putValue(Constants.BUNDLE_SYMBOLICNAME, name);
        headers.forEach(attributes::putValue);
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (JarOutputStream jar = new JarOutputStream(bytes, manifest)) {
            for (Class<?> type : classes) {
                String entry = type.getName().replace('.', '/') + ".class";
                jar.putNextEntry(new JarEntry(entry));
                try (InputStream code = type.getResourceAsStream("/" + entry)) {
                    code.transferTo(jar);
                }
            }
        } catch (IOException impossible) {
            throw new IllegalStateException(impossible);
        }
        return new ByteArrayInputStream(bytes.toByteArray());
    }

    /** What a bundle finds under a name. */
    static List<ServiceReference<?>> seen(BundleContext viewer, String type) {
        try {
            ServiceReference<?>[] found = viewer.getServiceReferences(type, null);
            return found == null ? List.of() : List.of(found);
        } catch (InvalidSyntaxException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    /** The only greeter that the consumer finds. */
    @SuppressWarnings("unchecked")
    Supplier<String> greeter() {
        List<ServiceReference<?>> found = seen(consumer, GREETER);
        assertThat(found).hasSize(1);
        return (Supplier<String>) consumer.getService(found.get(0));
    }

    /** A version's bundle, started. */
    record Version(Bundle bundle) {
        BundleContext context() {
            return bundle.getBundleContext();
        }

        ServiceRegistration<?> register(Supplier<String> greeting) {
            return register(greeting, Map.of("component.name", "sample"), GREETER);
        }

        ServiceRegistration<?> register(Supplier<String> greeting, Map<String, ?> properties, String... types) {
            Dictionary<String, Object> dictionary = new Hashtable<>(properties);
            return context().registerService(types, greeter(greeting), dictionary);
        }

        private Object greeter(Supplier<String> greeting) {
            try {
                return bundle.loadClass(SampleGreeter.class.getName())
                        .getConstructor(Supplier.class)
                        .newInstance(greeting);
            } catch (ReflectiveOperationException impossible) {
                throw new IllegalStateException(impossible);
            }
        }

        /** The services of this bundle. */
        List<ServiceReference<?>> services() {
            return Stream.of(bundle.getRegisteredServices())
                    .<ServiceReference<?>>map(reference -> reference)
                    .toList();
        }
    }
}
