package io.plinth.itests.harness;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Enumeration;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;

/** Makes the next version of a capability bundle out of its jar, without a compiler. */
public final class CapabilityJar {
    private static final String MANIFEST = "META-INF/MANIFEST.MF";

    private CapabilityJar() {}

    /**
     * Copies the jar with another version and, in its classes and descriptors, one constant for another of the same length.
     *
     * @return the new jar
     */
    public static Path next(Path jar, String version, String constant, String replacement) {
        if (constant.length() != replacement.length()) {
            throw new IllegalArgumentException("the constants differ in length");
        }
        Path next = Distribution.freshFolder("bundle").resolve(jar.getFileName().toString() + "-" + version + ".jar");
        int replaced = 0;
        try (JarFile source = new JarFile(jar.toFile());
                OutputStream file = Files.newOutputStream(next)) {
            Manifest manifest = source.getManifest();
            manifest.getMainAttributes().putValue("Bundle-Version", version);
            try (JarOutputStream target = new JarOutputStream(file, manifest)) {
                for (Enumeration<JarEntry> entries = source.entries(); entries.hasMoreElements(); ) {
                    JarEntry entry = entries.nextElement();
                    if (entry.isDirectory() || entry.getName().equals(MANIFEST)) {
                        continue;
                    }
                    byte[] content = source.getInputStream(entry).readAllBytes();
                    byte[] changed = replace(entry.getName(), content, constant, replacement);
                    replaced += changed == content ? 0 : 1;
                    target.putNextEntry(new JarEntry(entry.getName()));
                    target.write(changed);
                    target.closeEntry();
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        if (replaced == 0) {
            throw new AssertionError("no class of " + jar + " has the constant " + constant);
        }
        return next;
    }

    /** In a class a CONSTANT_Utf8: tag 1, length in two bytes, text (JVMS 4.4.7). In a descriptor a quoted value. */
    private static byte[] replace(String name, byte[] content, String constant, String replacement) {
        String before;
        if (name.endsWith(".class")) {
            before = "\u0001\u0000" + (char) constant.length();
        } else if (name.startsWith("OSGI-INF/") && name.endsWith(".xml")) {
            before = "\"";
        } else {
            return content;
        }
        String text = new String(content, StandardCharsets.ISO_8859_1);
        String changed = text.replace(before + constant, before + replacement);
        return changed.equals(text) ? content : changed.getBytes(StandardCharsets.ISO_8859_1);
    }
}
