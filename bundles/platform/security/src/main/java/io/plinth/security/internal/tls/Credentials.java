package io.plinth.security.internal.tls;

import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.X509Certificate;
import java.util.List;

/**
 * A private key and the certificate chain of its public key, leaf first.
 *
 * @param key never logged
 * @param chain 1 to 10 certificates, each signed by the next
 */
record Credentials(PrivateKey key, List<X509Certificate> chain) {
    private static final int CHAIN_LENGTH_MAX = 10;

    Credentials {
        chain = List.copyOf(chain);
        if (chain.isEmpty() || chain.size() > CHAIN_LENGTH_MAX) {
            throw new IllegalArgumentException("the chain has " + chain.size() + " certificates, not 1 to 10");
        }
    }

    X509Certificate certificate() {
        return chain.get(0);
    }

    /**
     * Checks that key and certificate belong together, and that the chain is in order.
     *
     * @throws GeneralSecurityException saying what does not fit
     */
    void check() throws GeneralSecurityException {
        if (!isPair(key, certificate().getPublicKey())) {
            throw new GeneralSecurityException("the private key does not belong to the first certificate");
        }
        for (int i = 0; i + 1 < chain.size(); i++) {
            try {
                chain.get(i).verify(chain.get(i + 1).getPublicKey());
            } catch (GeneralSecurityException outOfOrder) {
                throw new GeneralSecurityException(
                        "certificate " + (i + 1) + " is not signed by certificate " + (i + 2)
                                + "; put the server's first, then each one's issuer",
                        outOfOrder);
            }
        }
    }

    private static boolean isPair(PrivateKey key, PublicKey publicKey) throws GeneralSecurityException {
        String algorithm =
                switch (publicKey.getAlgorithm()) {
                    case "RSA" -> "SHA256withRSA";
                    case "EC" -> "SHA256withECDSA";
                    default ->
                        throw new GeneralSecurityException(
                                "a " + publicKey.getAlgorithm() + " key; only RSA and EC keys are served");
                };
        byte[] message = {1, 2, 3, 4};
        Signature signature = Signature.getInstance(algorithm);
        signature.initSign(key);
        signature.update(message);
        byte[] signed = signature.sign();
        signature.initVerify(publicKey);
        signature.update(message);
        return signature.verify(signed);
    }
}
