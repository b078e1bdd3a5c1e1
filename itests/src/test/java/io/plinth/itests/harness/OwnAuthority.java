package io.plinth.itests.harness;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/** A certificate authority of an administrator's own, with an intermediate; made by the JDK's own tool. */
public final class OwnAuthority {
    private static final String PASSWORD = "changeit";

    private final Path store = Distribution.freshFolder("authority").resolve("keys.p12");

    /** A server certificate, the first of its chain, and its serial number. */
    public record Issued(Path pem, String serial) {}

    public OwnAuthority() {
        make("root", List.of("-ext", "bc:c=ca:true,pathlen:1", "-ext", "ku:c=keyCertSign"));
        make("intermediate", List.of("-signer", "root", "-ext", "bc:c=ca:true,pathlen:0", "-ext", "ku:c=keyCertSign"));
    }

    /** Writes certificate, intermediate and key into the one file, not the root. */
    public Issued issue(String name, Path pem) throws IOException, GeneralSecurityException {
        make(name, List.of("-signer", "intermediate", "-ext", "SAN=dns:localhost,ip:127.0.0.1"));
        KeyStore keys = read();
        Certificate[] chain = keys.getCertificateChain(name);
        if (chain.length != 3) {
            throw new AssertionError("the chain of " + name + " has " + chain.length + " certificates");
        }
        Files.writeString(
                pem,
                pem("CERTIFICATE", chain[0].getEncoded())
                        + pem("CERTIFICATE", chain[1].getEncoded())
                        + pem(
                                "PRIVATE KEY",
                                keys.getKey(name, PASSWORD.toCharArray()).getEncoded()));
        return new Issued(pem, ((X509Certificate) chain[0]).getSerialNumber().toString());
    }

    /** The client side of TLS that trusts the root and nothing else. */
    public SSLContext trust() throws IOException, GeneralSecurityException {
        KeyStore trusted = KeyStore.getInstance("PKCS12");
        trusted.load(null, null);
        trusted.setCertificateEntry("root", read().getCertificate("root"));
        TrustManagerFactory factory = TrustManagerFactory.getInstance("PKIX");
        factory.init(trusted);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, factory.getTrustManagers(), null);
        return context;
    }

    private KeyStore read() throws IOException, GeneralSecurityException {
        KeyStore keys = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(store)) {
            keys.load(in, PASSWORD.toCharArray());
        }
        return keys;
    }

    private void make(String name, List<String> more) {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-genkeypair",
                "-keyalg",
                "EC",
                "-groupname",
                "secp256r1",
                "-alias",
                name,
                "-dname",
                "CN=plinth-it-" + name,
                "-validity",
                "2",
                "-storetype",
                "PKCS12",
                "-storepass",
                PASSWORD,
                "-keystore",
                store.toString()));
        command.addAll(more);
        Commands.Outcome outcome = Commands.run(Duration.ofSeconds(60), Map.of(), command);
        if (outcome.exitCode() != 0) {
            throw new AssertionError("no certificate: " + outcome.output());
        }
    }

    private static String pem(String type, byte[] bytes) {
        return "-----BEGIN " + type + "-----\n"
                + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(bytes)
                + "\n-----END " + type + "-----\n";
    }
}
