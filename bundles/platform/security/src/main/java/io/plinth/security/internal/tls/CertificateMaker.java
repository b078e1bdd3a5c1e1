package io.plinth.security.internal.tls;

import java.io.IOException;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.Set;
import javax.security.auth.x500.X500Principal;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.cert.X509v3CertificateBuilder;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509ExtensionUtils;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/**
 * Makes certificates after RFC 5280. The only class here that needs Bouncy Castle, so that a start that finds its
 * certificates loads none of it.
 */
final class CertificateMaker {
    static final Duration CA_LIFETIME = Duration.ofDays(3650);

    /** Browsers take at most 398 days. */
    static final Duration SERVER_LIFETIME = Duration.ofDays(397);

    /** Certificates are valid from a little earlier, for clients whose clock is behind. */
    private static final Duration BACKDATED = Duration.ofHours(1);

    private static final int SERIAL_BITS = 127;
    private static final String SIGNATURE = "SHA256withECDSA";

    private final SecureRandom random = new SecureRandom();

    Credentials makeCa(Instant now) throws GeneralSecurityException, IOException {
        KeyPair pair = makeKeyPair();
        BigInteger serial = serial();
        X500Principal name =
                new X500Principal("CN=Plinth private CA " + serial.toString(16).substring(0, 8));
        X509v3CertificateBuilder builder = new JcaX509v3CertificateBuilder(
                name, serial, from(now), Date.from(now.plus(CA_LIFETIME)), name, pair.getPublic());
        builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(0));
        builder.addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.keyCertSign | KeyUsage.cRLSign));
        builder.addExtension(
                Extension.subjectKeyIdentifier,
                false,
                new JcaX509ExtensionUtils().createSubjectKeyIdentifier(pair.getPublic()));
        return new Credentials(pair.getPrivate(), List.of(sign(builder, pair)));
    }

    /** A server certificate for these host names and IP addresses; it never outlives the CA. */
    Credentials makeServer(Credentials ca, Set<String> names, Instant now)
            throws GeneralSecurityException, IOException {
        KeyPair pair = makeKeyPair();
        X509Certificate issuer = ca.certificate();
        Instant end = now.minus(BACKDATED).plus(SERVER_LIFETIME);
        Instant caEnd = issuer.getNotAfter().toInstant();
        X509v3CertificateBuilder builder = new JcaX509v3CertificateBuilder(
                issuer.getSubjectX500Principal(),
                serial(),
                from(now),
                Date.from(end.isBefore(caEnd) ? end : caEnd),
                new X500Principal("CN=Plinth server"),
                pair.getPublic());
        JcaX509ExtensionUtils identifiers = new JcaX509ExtensionUtils();
        builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(false));
        builder.addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.digitalSignature));
        builder.addExtension(Extension.extendedKeyUsage, false, new ExtendedKeyUsage(KeyPurposeId.id_kp_serverAuth));
        builder.addExtension(
                Extension.subjectKeyIdentifier, false, identifiers.createSubjectKeyIdentifier(pair.getPublic()));
        builder.addExtension(Extension.authorityKeyIdentifier, false, identifiers.createAuthorityKeyIdentifier(issuer));
        builder.addExtension(Extension.subjectAlternativeName, false, alternativeNames(names));
        X509Certificate certificate = sign(builder, new KeyPair(issuer.getPublicKey(), ca.key()));
        return new Credentials(pair.getPrivate(), List.of(certificate, issuer));
    }

    private static GeneralNames alternativeNames(Set<String> names) {
        return new GeneralNames(names.stream()
                .map(name ->
                        new GeneralName(HostNames.isAddress(name) ? GeneralName.iPAddress : GeneralName.dNSName, name))
                .toArray(GeneralName[]::new));
    }

    private static X509Certificate sign(X509v3CertificateBuilder builder, KeyPair issuer)
            throws GeneralSecurityException {
        try {
            return new JcaX509CertificateConverter()
                    .getCertificate(builder.build(new JcaContentSignerBuilder(SIGNATURE).build(issuer.getPrivate())));
        } catch (OperatorCreationException unsupported) {
            throw new GeneralSecurityException(SIGNATURE + " cannot be computed", unsupported);
        }
    }

    private static Date from(Instant now) {
        return Date.from(now.minus(BACKDATED));
    }

    private static KeyPair makeKeyPair() throws GeneralSecurityException {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
        generator.initialize(new ECGenParameterSpec("secp256r1"));
        return generator.generateKeyPair();
    }

    private BigInteger serial() {
        // The high bit set keeps the length, and so the short name of a CA, the same for all.
        return new BigInteger(SERIAL_BITS, random).setBit(SERIAL_BITS - 1);
    }
}
