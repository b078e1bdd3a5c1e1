package io.plinth.security.internal.tls;

import io.plinth.security.internal.PrivateFiles;
import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The certificate that the server makes for itself, and the private CA that signs it, in a folder. */
final class MadeIdentity {
    /** This long before its end a certificate is replaced. */
    static final Duration RENEWED_BEFORE_END = Duration.ofDays(30);

    private static final Logger LOG = LoggerFactory.getLogger(MadeIdentity.class);

    private final Path folder;
    private final Path caFile;
    private final Path caKeyFile;
    private final Path serverFile;
    private final Path serverKeyFile;

    MadeIdentity(Path folder) {
        this.folder = folder;
        this.caFile = folder.resolve("ca.pem");
        this.caKeyFile = folder.resolve("ca-key.pem");
        this.serverFile = folder.resolve("server.pem");
        this.serverKeyFile = folder.resolve("server-key.pem");
    }

    /** Whether the certificate is close to its end. */
    static boolean isDue(X509Certificate certificate, Instant now) {
        return !now.plus(RENEWED_BEFORE_END).isBefore(certificate.getNotAfter().toInstant());
    }

    /** What is in the folder, as far as it is good for these names and still long enough; else made anew. */
    Credentials credentials(Set<String> names, Instant now) throws IOException, GeneralSecurityException {
        PrivateFiles.createFolder(folder);
        for (Path keyFile : List.of(caKeyFile, serverKeyFile)) {
            if (Files.exists(keyFile)) {
                PrivateFiles.tighten(keyFile);
            }
        }
        if (Files.exists(serverFile) && Files.exists(serverKeyFile)) {
            try {
                Credentials stored = PemFiles.read(serverFile, serverKeyFile);
                if (isFit(stored.certificate(), names, now)) {
                    return stored;
                }
            } catch (GeneralSecurityException broken) {
                LOG.warn("A new server certificate is made, since the old one is broken: {}", broken.getMessage());
            }
        }
        return make(names, now);
    }

    private Credentials make(Set<String> names, Instant now) throws IOException, GeneralSecurityException {
        CertificateMaker maker = new CertificateMaker();
        Credentials ca = ca(maker, now);
        Set<String> all = new LinkedHashSet<>(names);
        all.addAll(HostNames.ofThisMachine());
        Credentials server = maker.makeServer(ca, all, now);
        // A crash between the two leaves a pair that does not fit, which the next start replaces.
        PrivateFiles.write(serverKeyFile, PemFiles.write(server.key()));
        PrivateFiles.writePublic(serverFile, PemFiles.write(server.chain()));
        LOG.info(
                "Made a server certificate for {} until {}; clients that are to trust it need {}",
                all,
                server.certificate().getNotAfter().toInstant(),
                caFile);
        return server;
    }

    private Credentials ca(CertificateMaker maker, Instant now) throws IOException, GeneralSecurityException {
        if (Files.exists(caFile) && !Files.exists(caKeyFile)) {
            throw new GeneralSecurityException(caKeyFile + " is missing, so no server certificate can be signed. Put it"
                    + " back, or remove " + caFile + " to get a new CA, which clients must then trust.");
        }
        if (Files.exists(caFile)) {
            Credentials stored = PemFiles.read(caFile, caKeyFile);
            if (!isDue(stored.certificate(), now)) {
                return stored;
            }
            LOG.warn(
                    "The private CA ends on {} and is replaced: clients must trust the new {}",
                    stored.certificate().getNotAfter().toInstant(),
                    caFile);
        }
        Credentials ca = maker.makeCa(now);
        PrivateFiles.write(caKeyFile, PemFiles.write(ca.key()));
        PrivateFiles.writePublic(caFile, PemFiles.write(ca.chain()));
        return ca;
    }

    private static boolean isFit(X509Certificate certificate, Set<String> names, Instant now)
            throws CertificateParsingException {
        return !isDue(certificate, now) && alternativeNames(certificate).containsAll(names);
    }

    private static Set<String> alternativeNames(X509Certificate certificate) throws CertificateParsingException {
        Collection<List<?>> entries = certificate.getSubjectAlternativeNames();
        Set<String> names = new HashSet<>();
        if (entries != null) {
            for (List<?> entry : entries) {
                names.add(canonical(String.valueOf(entry.get(1))));
            }
        }
        return names;
    }

    private static String canonical(String name) {
        if (!HostNames.isAddress(name)) {
            return name;
        }
        try {
            return InetAddress.getByName(name).getHostAddress();
        } catch (UnknownHostException noAddress) {
            LOG.debug("{} in a certificate is no address", name, noAddress);
            return name;
        }
    }
}
