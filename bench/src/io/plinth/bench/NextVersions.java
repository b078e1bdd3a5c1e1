package io.plinth.bench;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.util.Collections;
import java.util.List;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.zip.ZipFile;
import jdk.security.jarsigner.JarSigner;

/** Makes versions of a capability out of its jar, signed like {@code plinth sign} does, but without a process for each. */
final class NextVersions {
    private static final String ALIAS = "plinth";
    private final Path jar;
    private final Path folder;
    private final JarSigner signer;

    /**
     * Takes the key of the installation, which must be there already.
     *
     * @param secrets folder of the key
     */
    NextVersions(Path jar, Path folder, Path secrets) throws IOException, GeneralSecurityException {
        this.jar = jar;
        this.folder = folder;
        char[] password =
                Files.readString(secrets.resolve("package-key-password")).strip().toCharArray();
        KeyStore store = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(secrets.resolve("package-key.p12"))) {
            store.load(in, password);
        }
        List<Certificate> chain = List.of(store.getCertificateChain(ALIAS));
        this.signer = new JarSigner.Builder(
                        (PrivateKey) store.getKey(ALIAS, password),
                        CertificateFactory.getInstance("X.509").generateCertPath(chain))
                .signerName("PLINTH")
                .build();
    }

    /** Symbolic name of the bundle. */
    String symbolicName() throws IOException {
        try (JarFile file = new JarFile(jar.toFile())) {
            return file.getManifest().getMainAttributes().getValue("Bundle-SymbolicName");
        }
    }

    /** The same capability as another version. */
    Path version(String version) throws IOException {
        Path plain = folder.resolve("plain.jar");
        try (JarFile source = new JarFile(jar.toFile());
                OutputStream file = Files.newOutputStream(plain)) {
            Manifest manifest = new Manifest();
            Attributes attributes = manifest.getMainAttributes();
            attributes.putAll(source.getManifest().getMainAttributes());
            attributes.putValue("Bundle-Version", version);
            try (JarOutputStream target = new JarOutputStream(file, manifest)) {
                for (JarEntry entry : Collections.list(source.entries())) {
                    if (!entry.isDirectory() && !isSignature(entry.getName())) {
                        target.putNextEntry(new JarEntry(entry.getName()));
                        source.getInputStream(entry).transferTo(target);
                    }
                }
            }
        }
        Path signed = folder.resolve("next-" + version + ".jar");
        try (ZipFile unsigned = new ZipFile(plain.toFile());
                OutputStream out = Files.newOutputStream(signed)) {
            signer.sign(unsigned, out);
        }
        Files.delete(plain);
        return signed;
    }

    private static boolean isSignature(String name) {
        return name.equals("META-INF/MANIFEST.MF") || name.matches("META-INF/[^/]*\\.(SF|RSA|EC|DSA)");
    }
}
