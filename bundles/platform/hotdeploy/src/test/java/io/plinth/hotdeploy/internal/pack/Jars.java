package io.plinth.hotdeploy.internal.pack;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;

/** Packages written for a test. */
final class Jars {
    private final Map<String, String> headers = new LinkedHashMap<>();
    private final Map<String, byte[]> entries = new LinkedHashMap<>();

    private Jars() {}

    /** A bundle that is a capability. */
    static Jars capability(String name, String version) {
        return bundle("com.acme." + name, version)
                .header("Plinth-Capability", name + ";paths=\"/api/v1/" + name + "\"");
    }

    static Jars bundle(String symbolicName, String version) {
        return new Jars()
                .header("Bundle-ManifestVersion", "2")
                .header("Bundle-SymbolicName", symbolicName)
                .header("Bundle-Version", version)
                .entry("com/acme/Text.txt", "text of " + symbolicName + " " + version);
    }

    static Jars empty() {
        return new Jars();
    }

    Jars header(String name, String value) {
        headers.put(name, value);
        return this;
    }

    Jars without(String name) {
        headers.remove(name);
        return this;
    }

    Jars entry(String name, String text) {
        return entry(name, text.getBytes(StandardCharsets.UTF_8));
    }

    Jars entry(String name, byte[] bytes) {
        entries.put(name, bytes);
        return this;
    }

    byte[] bytes() {
        Manifest manifest = new Manifest();
        manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
        headers.forEach((name, value) -> manifest.getMainAttributes().putValue(name, value));
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (JarOutputStream jar = new JarOutputStream(bytes, manifest)) {
            for (Map.Entry<String, byte[]> entry : entries.entrySet()) {
                jar.putNextEntry(new JarEntry(entry.getKey()));
                jar.write(entry.getValue());
                jar.closeEntry();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    Path in(Path folder, String name) throws IOException {
        return Files.write(folder.resolve(name), bytes());
    }
}
