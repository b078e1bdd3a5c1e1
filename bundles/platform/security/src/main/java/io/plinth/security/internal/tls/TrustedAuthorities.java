package io.plinth.security.internal.tls;

import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/** Trust in nothing but the certificates of one PEM file. */
public final class TrustedAuthorities {
    private TrustedAuthorities() {}

    /**
     * The client side of TLS with that trust.
     *
     * @throws IllegalArgumentException naming the file that cannot be used
     */
    public static SSLContext of(Path file) {
        try {
            KeyStore trusted = KeyStore.getInstance("PKCS12");
            trusted.load(null, null);
            int number = 0;
            for (X509Certificate certificate : PemFiles.readChain(file)) {
                trusted.setCertificateEntry("ca-" + number++, certificate);
            }
            TrustManagerFactory factory = TrustManagerFactory.getInstance("PKIX");
            factory.init(trusted);
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, factory.getTrustManagers(), null);
            return context;
        } catch (IOException | GeneralSecurityException unusable) {
            throw new IllegalArgumentException("CA file " + file + " cannot be used: " + unusable, unusable);
        }
    }
}
