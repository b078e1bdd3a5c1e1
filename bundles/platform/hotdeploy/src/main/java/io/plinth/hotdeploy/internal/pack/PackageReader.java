package io.plinth.hotdeploy.internal.pack;

import io.plinth.capability.CapabilityHeader;
import io.plinth.hotdeploy.internal.CapabilityManifest;
import io.plinth.hotdeploy.internal.pack.CapabilityPackage.Part;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.jar.Attributes;
import java.util.jar.JarInputStream;
import java.util.jar.Manifest;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;
import java.util.zip.ZipInputStream;
import org.jspecify.annotations.Nullable;
import org.osgi.framework.Constants;
import org.osgi.framework.Version;

/** Reads a package, of which {@link Inflation} has seen the size, and refuses what is no capability, or more than one. */
public final class PackageReader {
    private static final int BUNDLES_MAX = 50;
    private static final int BUNDLE_BYTES_MAX = 64 << 20;
    private static final int MIGRATION_BYTES_MAX = 1 << 20;
    private static final int MIGRATIONS_MAX = 200;
    private static final String MIGRATIONS = "db/migration/";
    private static final String MANIFEST = "META-INF/MANIFEST.MF";

    private PackageReader() {}

    /**
     * Reads the package.
     *
     * @throws PackageRefusedException saying what is wrong with it
     */
    public static CapabilityPackage read(Path file) throws PackageRefusedException {
        try (ZipFile zip = new ZipFile(file.toFile())) {
            Manifest manifest = manifest(zip);
            boolean isBundle = manifest.getMainAttributes().getValue(Constants.BUNDLE_SYMBOLICNAME) != null;
            List<Found> found =
                    isBundle ? List.of(new Found("", manifest.getMainAttributes(), migrations(zip))) : contents(zip);
            return assemble(file, found);
        } catch (ZipException broken) {
            throw new PackageRefusedException("The package is no jar or kar file: " + broken.getMessage() + ".");
        } catch (IOException | IllegalArgumentException broken) {
            throw new PackageRefusedException("The package cannot be read: " + broken.getMessage() + ".");
        }
    }

    /** A bundle of the package, before it is known what it is. */
    private record Found(String entry, Attributes headers, Map<String, String> migrations) {
        @Nullable
        String header(String name) {
            return headers.getValue(name);
        }
    }

    private static Manifest manifest(ZipFile zip) throws IOException {
        ZipEntry entry = zip.getEntry(MANIFEST);
        if (entry == null) {
            return new Manifest();
        }
        try (InputStream in = zip.getInputStream(entry)) {
            return new Manifest(in);
        }
    }

    private static Map<String, String> migrations(ZipFile zip) throws IOException, PackageRefusedException {
        Map<String, String> migrations = new HashMap<>();
        for (ZipEntry entry : Collections.list(zip.entries())) {
            if (isMigration(entry)) {
                try (InputStream in = zip.getInputStream(entry)) {
                    migrations.put(fileName(entry), migration(entry, in));
                }
            }
        }
        checkCount(migrations);
        return migrations;
    }

    private static void checkCount(Map<String, String> migrations) throws PackageRefusedException {
        if (migrations.size() > MIGRATIONS_MAX) {
            throw new PackageRefusedException("The package has more than " + MIGRATIONS_MAX + " migrations.");
        }
    }

    private static boolean isMigration(ZipEntry entry) {
        String name = entry.getName();
        return name.startsWith(MIGRATIONS) && name.endsWith(".sql") && name.indexOf('/', MIGRATIONS.length()) < 0;
    }

    private static String fileName(ZipEntry entry) {
        return entry.getName().substring(MIGRATIONS.length());
    }

    private static String migration(ZipEntry entry, InputStream in) throws IOException, PackageRefusedException {
        byte[] text = in.readNBytes(MIGRATION_BYTES_MAX + 1);
        if (text.length > MIGRATION_BYTES_MAX) {
            throw new PackageRefusedException(entry.getName() + " is larger than " + MIGRATION_BYTES_MAX + " bytes.");
        }
        return new String(text, StandardCharsets.UTF_8);
    }

    /** The bundles in a .kar. */
    private static List<Found> contents(ZipFile kar) throws IOException, PackageRefusedException {
        List<Found> found = new ArrayList<>();
        for (ZipEntry entry : Collections.list(kar.entries())) {
            if (!entry.getName().endsWith(".jar") || entry.isDirectory()) {
                continue;
            }
            byte[] jar;
            try (InputStream in = kar.getInputStream(entry)) {
                jar = in.readNBytes(BUNDLE_BYTES_MAX + 1);
            }
            if (jar.length > BUNDLE_BYTES_MAX) {
                throw new PackageRefusedException(entry.getName() + " is larger than " + BUNDLE_BYTES_MAX + " bytes.");
            }
            Optional<Found> bundle = bundle(entry.getName(), jar);
            bundle.ifPresent(found::add);
            if (found.size() > BUNDLES_MAX) {
                throw new PackageRefusedException("The package has more than " + BUNDLES_MAX + " bundles.");
            }
        }
        return found;
    }

    private static Optional<Found> bundle(String entryName, byte[] jar) throws IOException, PackageRefusedException {
        Manifest manifest;
        try (JarInputStream in = new JarInputStream(new ByteArrayInputStream(jar), false)) {
            manifest = in.getManifest();
        }
        Map<String, String> migrations = new HashMap<>();
        try (ZipInputStream in = new ZipInputStream(new ByteArrayInputStream(jar))) {
            for (ZipEntry entry = in.getNextEntry(); entry != null; entry = in.getNextEntry()) {
                if (manifest == null && entry.getName().equals(MANIFEST)) {
                    manifest = new Manifest(in);
                } else if (isMigration(entry)) {
                    migrations.put(fileName(entry), migration(entry, in));
                    checkCount(migrations);
                }
            }
        }
        if (manifest == null || manifest.getMainAttributes().getValue(Constants.BUNDLE_SYMBOLICNAME) == null) {
            return Optional.empty();
        }
        return Optional.of(new Found(entryName, manifest.getMainAttributes(), migrations));
    }

    private static CapabilityPackage assemble(Path file, List<Found> found)
            throws PackageRefusedException, IOException {
        List<Part> parts = new ArrayList<>();
        Found provider = null;
        for (Found bundle : found) {
            checkAllowed(bundle);
            if (bundle.header(CapabilityHeader.NAME) == null) {
                parts.add(part(bundle));
            } else if (provider == null) {
                provider = bundle;
            } else {
                throw new PackageRefusedException("The package has two bundles with the header "
                        + CapabilityHeader.NAME + ": " + symbolicName(provider) + " and " + symbolicName(bundle)
                        + ". A package is one capability.");
            }
        }
        if (provider == null) {
            throw new PackageRefusedException(
                    "The package has no bundle with the header " + CapabilityHeader.NAME + ", so it is no capability.");
        }
        parts.add(part(provider));
        return new CapabilityPackage(
                file,
                sha256(file),
                declared(provider),
                symbolicName(provider),
                version(provider),
                parts,
                provider.migrations());
    }

    private static CapabilityManifest declared(Found provider) throws PackageRefusedException {
        try {
            CapabilityManifest manifest = CapabilityManifest.parse(provider.header(CapabilityHeader.NAME))
                    .orElseThrow();
            if (manifest.isPlatform()) {
                throw new PackageRefusedException("The package says that it is a part of the platform; "
                        + "that is changed with the server only.");
            }
            return manifest;
        } catch (IllegalArgumentException wrong) {
            throw new PackageRefusedException(wrong.getMessage() + ".");
        }
    }

    /** What could touch others: fragments change their host, native code and free imports cannot be taken back. */
    private static void checkAllowed(Found bundle) throws PackageRefusedException {
        String name = symbolicName(bundle);
        if (!"2".equals(bundle.header(Constants.BUNDLE_MANIFESTVERSION))) {
            throw new PackageRefusedException(name + " has no " + Constants.BUNDLE_MANIFESTVERSION + ": 2.");
        }
        if (bundle.header(Constants.FRAGMENT_HOST) != null) {
            throw new PackageRefusedException(name + " is a fragment; it would change its host.");
        }
        if (bundle.header(Constants.BUNDLE_NATIVECODE) != null) {
            throw new PackageRefusedException(name + " has native code, which cannot be unloaded.");
        }
        String dynamic = bundle.header(Constants.DYNAMICIMPORT_PACKAGE);
        if (dynamic != null && dynamic.strip().startsWith("*")) {
            throw new PackageRefusedException(
                    name + " has " + Constants.DYNAMICIMPORT_PACKAGE + ": *; name the packages that it needs.");
        }
    }

    private static Part part(Found bundle) throws PackageRefusedException {
        return new Part(bundle.entry(), symbolicName(bundle), version(bundle));
    }

    private static String symbolicName(Found bundle) {
        String name = String.valueOf(bundle.header(Constants.BUNDLE_SYMBOLICNAME));
        int end = name.indexOf(';');
        return (end < 0 ? name : name.substring(0, end)).strip();
    }

    private static Version version(Found bundle) throws PackageRefusedException {
        try {
            return Version.parseVersion(bundle.header(Constants.BUNDLE_VERSION));
        } catch (IllegalArgumentException wrong) {
            throw new PackageRefusedException(symbolicName(bundle) + ": " + Constants.BUNDLE_VERSION
                    + " is no version: " + wrong.getMessage() + ".");
        }
    }

    private static String sha256(Path file) throws IOException {
        try (DigestInputStream in =
                new DigestInputStream(Files.newInputStream(file), MessageDigest.getInstance("SHA-256"))) {
            in.transferTo(OutputStream.nullOutputStream());
            return HexFormat.of().formatHex(in.getMessageDigest().digest());
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException(impossible);
        }
    }
}
