package io.plinth.itests;

import static org.assertj.core.api.Assertions.assertThat;

import io.plinth.itests.harness.Commands;
import io.plinth.itests.harness.Commands.Outcome;
import io.plinth.itests.harness.Distribution;
import io.plinth.itests.harness.Eventually;
import io.plinth.itests.harness.Http;
import io.plinth.itests.harness.OnSharedServer;
import io.plinth.itests.harness.PlinthServer;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;
import org.junit.jupiter.api.Test;

/** An own certificate by configuration: new handshakes see it without a restart, and a bad one changes nothing. */
@OnSharedServer
class CertificateIT {
    private static final Duration TAKEN_OVER = Duration.ofSeconds(30);

    private final PlinthServer server;
    private final Http http;

    CertificateIT(PlinthServer server, Http http) {
        this.server = server;
        this.http = http;
    }

    @Test
    void isReplacedAndGivenBackWithoutARestart() throws Exception {
        long pid = server.jvm().pid();
        String own = subject();
        Path pem = certificate();
        Path file = Distribution.shared().home().resolve("etc/io.plinth.security.tls.cfg");
        String before = Files.readString(file);
        try {
            Files.writeString(file, before + "\ncertificate.file = " + pem + "\nkey.file = " + pem + "\n");
            Eventually.within(TAKEN_OVER, () -> assertThat(subject()).contains("CN=plinth-it-own"));
            assertThat(http.callPlain("GET", "/api/v1/example").send().status()).isEqualTo(200);

            // A change that cannot be followed leaves what there is, and says so.
            Files.writeString(file, before + "\ncertificate.file = " + pem + "\nkey.file = /nowhere/key.pem\n");
            Eventually.within(TAKEN_OVER, () -> assertThat(server.tail()).contains("/nowhere/key.pem"));
            assertThat(subject()).contains("CN=plinth-it-own");
        } finally {
            Files.writeString(file, before);
        }
        Eventually.within(TAKEN_OVER, () -> assertThat(subject()).isEqualTo(own));
        assertThat(http.get("/api/v1/example").send().status()).isEqualTo(200);
        assertThat(server.jvm().pid()).isEqualTo(pid);
    }

    /** Certificate and key in one PEM file, made by the JDK's own tool. */
    private static Path certificate() throws IOException, GeneralSecurityException {
        Path folder = Distribution.freshFolder("certificate");
        Path store = folder.resolve("own.p12");
        char[] password = "changeit".toCharArray();
        Outcome outcome = Commands.run(
                Duration.ofSeconds(60),
                Map.of(),
                List.of(
                        Path.of(System.getProperty("java.home"), "bin", "keytool")
                                .toString(),
                        "-genkeypair",
                        "-keyalg",
                        "EC",
                        "-groupname",
                        "secp256r1",
                        "-alias",
                        "own",
                        "-dname",
                        "CN=plinth-it-own",
                        "-ext",
                        "SAN=dns:localhost,ip:127.0.0.1",
                        "-validity",
                        "2",
                        "-storetype",
                        "PKCS12",
                        "-storepass",
                        new String(password),
                        "-keystore",
                        store.toString()));
        assertThat(outcome.exitCode()).as(outcome.output()).isZero();
        KeyStore keys = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(store)) {
            keys.load(in, password);
        }
        return Files.writeString(
                folder.resolve("own.pem"),
                pem("CERTIFICATE", keys.getCertificate("own").getEncoded())
                        + pem("PRIVATE KEY", keys.getKey("own", password).getEncoded()));
    }

    private static String pem(String type, byte[] bytes) {
        return "-----BEGIN " + type + "-----\n"
                + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(bytes)
                + "\n-----END " + type + "-----\n";
    }

    /** Who the server says it is, in a fresh handshake, believed or not. */
    private String subject() throws IOException, GeneralSecurityException {
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, new TrustManager[] {new Credulous()}, null);
        try (SSLSocket socket = (SSLSocket) context.getSocketFactory()
                .createSocket("localhost", server.ports().https())) {
            socket.setSoTimeout(20_000);
            socket.startHandshake();
            X509Certificate certificate = (X509Certificate) socket.getSession().getPeerCertificates()[0];
            return certificate.getSubjectX500Principal().getName() + " " + certificate.getSerialNumber();
        }
    }

    /** Only looks at the certificate; nothing is sent over these connections. */
    private static final class Credulous implements X509TrustManager {
        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type) {}

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }
}
