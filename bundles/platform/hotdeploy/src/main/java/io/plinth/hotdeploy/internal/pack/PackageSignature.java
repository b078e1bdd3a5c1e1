package io.plinth.hotdeploy.internal.pack;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.CodeSigner;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.PublicKey;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.util.Collections;
import java.util.HashSet;
import java.util.Locale;
import java.util.Set;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Whether every entry of a package is signed by a key that this server trusts: the one of {@code plinth sign}, and those
 * whose certificates lie as .pem files in {@code trusted-signers/} of the data folder. Read anew each time.
 */
public final class PackageSignature {
    private static final Logger LOG = LoggerFactory.getLogger(PackageSignature.class);
    private static final int TRUSTED_MAX = 100;

    private final Path data;

    /** Takes the data folder. */
    public PackageSignature(Path data) {
        this.data = data;
    }

    /**
     * Checks the package.
     *
     * @throws PackageRefusedException naming the first entry that is not signed as it must be
     */
    public void check(Path file) throws PackageRefusedException {
        Set<PublicKey> trusted = trusted();
        try (JarFile jar = new JarFile(file.toFile(), true)) {
            boolean isSigned = false;
            for (JarEntry entry : Collections.list(jar.entries())) {
                if (entry.isDirectory() || isSignatureFile(entry.getName())) {
                    continue;
                }
                try (InputStream in = jar.getInputStream(entry)) {
                    // Only an entry that was read to its end is verified.
                    in.transferTo(OutputStream.nullOutputStream());
                }
                check(entry, trusted);
                isSigned = true;
            }
            if (!isSigned) {
                throw new PackageRefusedException("The package is empty.");
            }
        } catch (SecurityException forged) {
            throw new PackageRefusedException(
                    "The package was changed after it was signed: " + forged.getMessage() + ".");
        } catch (IOException broken) {
            throw new PackageRefusedException("The package cannot be read: " + broken.getMessage() + ".");
        }
    }

    private static void check(JarEntry entry, Set<PublicKey> trusted) throws PackageRefusedException {
        CodeSigner[] signers = entry.getCodeSigners();
        if (signers == null) {
            throw new PackageRefusedException("The package is not signed (" + entry.getName()
                    + " has no signature). Sign it with 'plinth sign FILE' on this server, or set signature = off in"
                    + " io.plinth.hotdeploy.cfg.");
        }
        for (CodeSigner signer : signers) {
            Certificate certificate =
                    signer.getSignerCertPath().getCertificates().get(0);
            if (trusted.contains(certificate.getPublicKey())) {
                return;
            }
        }
        throw new PackageRefusedException("The package is signed, but by no key that this server trusts ("
                + entry.getName() + "). Put the signer's certificate into trusted-signers/ of the data folder.");
    }

    /** Parts of the signature itself, which cannot be signed. */
    static boolean isSignatureFile(String name) {
        String upper = name.toUpperCase(Locale.ROOT);
        if (!upper.startsWith("META-INF/") || upper.indexOf('/', "META-INF/".length()) >= 0) {
            return false;
        }
        return upper.equals(JarFile.MANIFEST_NAME)
                || upper.endsWith(".SF")
                || upper.endsWith(".RSA")
                || upper.endsWith(".DSA")
                || upper.endsWith(".EC");
    }

    private Set<PublicKey> trusted() {
        Set<PublicKey> keys = new HashSet<>();
        Path store = data.resolve("secrets").resolve("package-key.p12");
        if (Files.exists(store)) {
            try (InputStream in = Files.newInputStream(store)) {
                char[] password = Files.readString(data.resolve("secrets").resolve("package-key-password"))
                        .strip()
                        .toCharArray();
                KeyStore own = KeyStore.getInstance("PKCS12");
                own.load(in, password);
                for (String alias : Collections.list(own.aliases())) {
                    keys.add(own.getCertificate(alias).getPublicKey());
                }
            } catch (IOException | GeneralSecurityException unreadable) {
                LOG.error("The key {} that signs packages cannot be read; it is not trusted", store, unreadable);
            }
        }
        addFiles(data.resolve("trusted-signers"), keys);
        return keys;
    }

    private static void addFiles(Path folder, Set<PublicKey> keys) {
        if (!Files.isDirectory(folder)) {
            return;
        }
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : files.filter(name -> name.toString().endsWith(".pem"))
                    .limit(TRUSTED_MAX)
                    .toList()) {
                try (InputStream in = Files.newInputStream(file)) {
                    CertificateFactory.getInstance("X.509")
                            .generateCertificates(in)
                            .forEach(certificate -> keys.add(certificate.getPublicKey()));
                } catch (IOException | GeneralSecurityException unreadable) {
                    LOG.error("The certificate {} cannot be read; it is not trusted", file, unreadable);
                }
            }
        } catch (IOException unreadable) {
            LOG.error("The folder {} cannot be read; none of its signers is trusted", folder, unreadable);
        }
    }
}
