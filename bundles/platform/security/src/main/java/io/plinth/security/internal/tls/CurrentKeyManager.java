package io.plinth.security.internal.tls;

import java.net.Socket;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedKeyManager;
import org.jspecify.annotations.Nullable;

/**
 * Serves whatever credentials are current. A handshake asks three times (alias, chain, key), so the alias names a
 * generation, and the one before stays known: a change in the middle of a handshake does not mix two.
 */
final class CurrentKeyManager extends X509ExtendedKeyManager {
    private record Generation(
            String alias, Credentials credentials, @Nullable Generation previous) {}

    private volatile Generation current;

    CurrentKeyManager(Credentials first) {
        this.current = new Generation("plinth-0", first, null);
    }

    synchronized void replace(Credentials next) {
        Generation last = current;
        int number = Integer.parseInt(last.alias().substring("plinth-".length())) + 1;
        current = new Generation("plinth-" + number, next, new Generation(last.alias(), last.credentials(), null));
    }

    Credentials credentials() {
        return current.credentials();
    }

    @Override
    public String @Nullable [] getServerAliases(String keyType, Principal @Nullable [] issuers) {
        String alias = alias(keyType);
        return alias == null ? null : new String[] {alias};
    }

    @Override
    public @Nullable String chooseServerAlias(String keyType, Principal @Nullable [] issuers, @Nullable Socket socket) {
        return alias(keyType);
    }

    @Override
    public @Nullable String chooseEngineServerAlias(
            String keyType, Principal @Nullable [] issuers, @Nullable SSLEngine engine) {
        return alias(keyType);
    }

    @Override
    public X509Certificate @Nullable [] getCertificateChain(String alias) {
        Credentials credentials = find(alias);
        return credentials == null ? null : credentials.chain().toArray(X509Certificate[]::new);
    }

    @Override
    public @Nullable PrivateKey getPrivateKey(String alias) {
        Credentials credentials = find(alias);
        return credentials == null ? null : credentials.key();
    }

    /** The server never is a TLS client with this key. */
    @Override
    public String @Nullable [] getClientAliases(String keyType, Principal @Nullable [] issuers) {
        return null;
    }

    @Override
    public @Nullable String chooseClientAlias(
            String[] keyTypes, Principal @Nullable [] issuers, @Nullable Socket socket) {
        return null;
    }

    private @Nullable String alias(String keyType) {
        Generation now = current;
        String algorithm = now.credentials().key().getAlgorithm();
        // Older handshakes name the signature of the certificate as well: EC_RSA.
        return keyType.equals(algorithm) || keyType.startsWith(algorithm + "_") ? now.alias() : null;
    }

    private @Nullable Credentials find(String alias) {
        for (Generation generation = current; generation != null; generation = generation.previous()) {
            if (generation.alias().equals(alias)) {
                return generation.credentials();
            }
        }
        return null;
    }
}
