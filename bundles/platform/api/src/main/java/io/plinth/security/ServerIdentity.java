package io.plinth.security;

import java.security.cert.X509Certificate;
import javax.net.ssl.X509ExtendedKeyManager;
import org.osgi.annotation.versioning.ProviderType;

/** The server's TLS certificate and private key. They may change at any time, without a restart. */
@ProviderType
public interface ServerIdentity {
    /** A key manager that always answers with the current certificate: new handshakes see a new one at once. */
    X509ExtendedKeyManager keyManager();

    /** The current server certificate. */
    X509Certificate certificate();
}
