package io.plinth.itests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.plinth.itests.harness.Distribution;
import io.plinth.itests.harness.Eventually;
import io.plinth.itests.harness.Http;
import io.plinth.itests.harness.OnSharedServer;
import io.plinth.itests.harness.OwnAuthority;
import io.plinth.itests.harness.OwnAuthority.Issued;
import io.plinth.itests.harness.PlinthServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Duration;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLHandshakeException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.Test;

/**
 * A certificate of an own authority by configuration: new handshakes see it without a restart, and its successor in the same
 * file too; a bad one changes nothing.
 */
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
    void isReplacedRenewedAndGivenBackWithoutARestart() throws Exception {
        long pid = server.jvm().pid();
        String made = serial(http.trust());
        OwnAuthority authority = new OwnAuthority();
        SSLContext trust = authority.trust();
        assertThatThrownBy(() -> serial(trust)).as("the control").isInstanceOf(SSLHandshakeException.class);
        Path pem = Distribution.freshFolder("certificate").resolve("own.pem");
        Issued first = authority.issue("first", pem);
        Path file = Distribution.shared().home().resolve("etc/io.plinth.security.tls.cfg");
        String before = Files.readString(file);
        try {
            Files.writeString(file, before + "\ncertificate.file = " + pem + "\nkey.file = " + pem + "\n");
            // The whole chain is sent, since the client knows the root alone.
            Eventually.within(TAKEN_OVER, () -> assertThat(serial(trust)).isEqualTo(first.serial()));
            assertThatThrownBy(() -> serial(http.trust())).isInstanceOf(SSLHandshakeException.class);
            assertThat(http.callPlain("GET", "/api/v1/example").send().status()).isEqualTo(200);

            // A certificate tool renews the file; nobody touches the configuration.
            Issued second = authority.issue("second", pem);
            Eventually.within(TAKEN_OVER, () -> assertThat(serial(trust)).isEqualTo(second.serial()));

            // A change that cannot be followed leaves what there is, and says so.
            Files.writeString(file, before + "\ncertificate.file = " + pem + "\nkey.file = /nowhere/key.pem\n");
            Eventually.within(TAKEN_OVER, () -> assertThat(server.tail()).contains("/nowhere/key.pem"));
            assertThat(serial(trust)).isEqualTo(second.serial());
        } finally {
            Files.writeString(file, before);
        }
        Eventually.within(TAKEN_OVER, () -> assertThat(serial(http.trust())).isEqualTo(made));
        assertThat(http.get("/api/v1/example").send().status()).isEqualTo(200);
        assertThat(server.jvm().pid()).isEqualTo(pid);
    }

    /** Which certificate the server shows in a fresh handshake that checks its path and its name. */
    private String serial(SSLContext trust) throws IOException {
        try (SSLSocket socket = (SSLSocket) trust.getSocketFactory()
                .createSocket("localhost", server.ports().https())) {
            socket.setSoTimeout(20_000);
            SSLParameters parameters = socket.getSSLParameters();
            parameters.setEndpointIdentificationAlgorithm("HTTPS");
            socket.setSSLParameters(parameters);
            socket.startHandshake();
            X509Certificate certificate = (X509Certificate) socket.getSession().getPeerCertificates()[0];
            return certificate.getSerialNumber().toString();
        }
    }
}
