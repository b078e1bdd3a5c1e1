package io.plinth.security.internal.tls;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.Key;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** PEM files (RFC 7468) of certificates and PKCS#8 keys, read and written with nothing but the JDK. */
final class PemFiles {
    private static final Pattern SECTION =
            Pattern.compile("-----BEGIN ([A-Z0-9 ]{1,40})-----([^-]*)-----END \\1-----", Pattern.DOTALL);
    private static final int FILE_BYTES_MAX = 1024 * 1024;
    private static final String CERTIFICATE = "CERTIFICATE";
    private static final String PRIVATE_KEY = "PRIVATE KEY";

    private PemFiles() {}

    /** Reads both files and checks that they fit. */
    static Credentials read(Path certificateFile, Path keyFile) throws IOException, GeneralSecurityException {
        List<X509Certificate> chain = readChain(certificateFile);
        PrivateKey key = readKey(keyFile, chain.get(0).getPublicKey().getAlgorithm());
        Credentials credentials = new Credentials(key, chain);
        try {
            credentials.check();
        } catch (GeneralSecurityException misfit) {
            throw new GeneralSecurityException(
                    certificateFile + " and " + keyFile + ": " + misfit.getMessage(), misfit);
        }
        return credentials;
    }

    /** The certificates of a file in their order; at least one. */
    static List<X509Certificate> readChain(Path file) throws IOException, GeneralSecurityException {
        CertificateFactory factory = CertificateFactory.getInstance("X.509");
        List<X509Certificate> chain = new ArrayList<>();
        for (byte[] der : sections(file, CERTIFICATE)) {
            chain.add((X509Certificate) factory.generateCertificate(new ByteArrayInputStream(der)));
        }
        return chain;
    }

    /** The one private key of a file. */
    static PrivateKey readKey(Path file, String algorithm) throws IOException, GeneralSecurityException {
        List<byte[]> keys = sections(file, PRIVATE_KEY);
        if (keys.size() > 1) {
            throw new GeneralSecurityException(file + " holds " + keys.size() + " private keys instead of one");
        }
        try {
            return KeyFactory.getInstance(algorithm).generatePrivate(new PKCS8EncodedKeySpec(keys.get(0)));
        } catch (GeneralSecurityException unreadable) {
            throw new GeneralSecurityException(
                    file + " holds no " + algorithm + " key in PKCS#8, which the certificate needs", unreadable);
        }
    }

    static byte[] write(List<X509Certificate> chain) throws GeneralSecurityException {
        StringBuilder text = new StringBuilder();
        for (Certificate certificate : chain) {
            append(text, CERTIFICATE, certificate.getEncoded());
        }
        return text.toString().getBytes(StandardCharsets.US_ASCII);
    }

    static byte[] write(Key key) {
        StringBuilder text = new StringBuilder();
        append(text, PRIVATE_KEY, key.getEncoded());
        return text.toString().getBytes(StandardCharsets.US_ASCII);
    }

    private static void append(StringBuilder text, String label, byte[] der) {
        String base64 = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der);
        text.append("-----BEGIN ").append(label).append("-----\n");
        text.append(base64).append("\n-----END ").append(label).append("-----\n");
    }

    private static List<byte[]> sections(Path file, String label) throws IOException, GeneralSecurityException {
        byte[] content;
        try (InputStream in = Files.newInputStream(file)) {
            content = in.readNBytes(FILE_BYTES_MAX + 1);
        }
        if (content.length > FILE_BYTES_MAX) {
            throw new GeneralSecurityException(file + " is larger than " + FILE_BYTES_MAX + " bytes");
        }
        List<byte[]> sections = new ArrayList<>();
        Matcher matcher = SECTION.matcher(new String(content, StandardCharsets.ISO_8859_1));
        while (matcher.find()) {
            if (matcher.group(1).equals(label)) {
                sections.add(decode(file, matcher.group(2)));
            } else if (label.equals(PRIVATE_KEY) && matcher.group(1).endsWith(PRIVATE_KEY)) {
                throw new GeneralSecurityException(file + " holds a " + matcher.group(1)
                        + "; convert it with: openssl pkcs8 -topk8 -nocrypt -in OLD -out NEW");
            }
        }
        if (sections.isEmpty()) {
            throw new GeneralSecurityException(file + " holds no -----BEGIN " + label + "-----");
        }
        return sections;
    }

    private static byte[] decode(Path file, String base64) throws GeneralSecurityException {
        try {
            return Base64.getMimeDecoder().decode(base64);
        } catch (IllegalArgumentException broken) {
            throw new GeneralSecurityException(file + " holds broken Base64", broken);
        }
    }
}
