package io.plinth.hotdeploy.internal.pack;

import io.plinth.hotdeploy.internal.CapabilityManifest;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.osgi.framework.Version;

/**
 * A package as it lies on the disk: one bundle, or a .kar with several of which one is the provider.
 *
 * @param file it is read from
 * @param sha256 of the file, in hexadecimal digits
 * @param manifest of the provider
 * @param symbolicName of the provider
 * @param version of the provider, and so of the capability
 * @param bundles in it, the provider last
 * @param migrations of the provider: text by file name
 */
public record CapabilityPackage(
        Path file,
        String sha256,
        CapabilityManifest manifest,
        String symbolicName,
        Version version,
        List<Part> bundles,
        Map<String, String> migrations) {
    private static final int SHORT_DIGITS = 16;

    public CapabilityPackage {
        bundles = List.copyOf(bundles);
        migrations = Map.copyOf(migrations);
    }

    /**
     * A bundle in a package.
     *
     * @param entry its name in the .kar; empty when the package is the bundle
     */
    public record Part(String entry, String symbolicName, Version version) {
        @Override
        public String toString() {
            return symbolicName + " " + version;
        }
    }

    public String name() {
        return manifest.name();
    }

    /** The provider. */
    public Part provider() {
        return bundles.get(bundles.size() - 1);
    }

    /** Where its bundles come from, as the framework notes it: the same for the same bytes only. */
    public String location(Part part) {
        return locationPrefix() + part.symbolicName();
    }

    /** What the locations of all its bundles begin with. */
    public String locationPrefix() {
        return "plinth:" + name() + "/" + version + "/" + sha256.substring(0, SHORT_DIGITS) + "/";
    }

    /** The bytes of one of its bundles. */
    public InputStream open(Part part) throws IOException {
        if (part.entry().isEmpty()) {
            return Files.newInputStream(file);
        }
        try (ZipFile zip = new ZipFile(file.toFile())) {
            ZipEntry entry = zip.getEntry(part.entry());
            if (entry == null) {
                throw new IOException(file + " has no " + part.entry());
            }
            try (InputStream in = zip.getInputStream(entry)) {
                return new ByteArrayInputStream(in.readAllBytes());
            }
        }
    }

    /** For people. */
    @Override
    public String toString() {
        return name() + " " + version;
    }
}
