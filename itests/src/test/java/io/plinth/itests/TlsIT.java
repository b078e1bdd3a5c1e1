package io.plinth.itests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.plinth.itests.harness.Http;
import io.plinth.itests.harness.OnSharedServer;
import io.plinth.itests.harness.PlinthServer;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.Socket;
import java.security.cert.X509Certificate;
import java.security.interfaces.ECPublicKey;
import java.util.Arrays;
import java.util.List;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Versions, certificate and trust of the TLS port. */
@OnSharedServer
class TlsIT {
    private static final int TLS_1_1 = 0x0302;
    private static final int TLS_1_2 = 0x0303;
    private static final int ALERT = 0x15;
    private static final int HANDSHAKE = 0x16;

    private final PlinthServer server;
    private final Http http;

    TlsIT(PlinthServer server, Http http) {
        this.server = server;
        this.http = http;
    }

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
    void speaks(String protocol) throws IOException {
        try (SSLSocket socket = connect(http.trust(), protocol)) {
            assertThat(socket.getSession().getProtocol()).isEqualTo(protocol);
            assertThat(socket.getSession().getCipherSuite()).containsPattern("GCM|CHACHA20");
        }
    }

    @Test
    void refusesOlderVersions() throws IOException {
        // The same greeting with the newer version is the control: it is answered.
        assertThat(firstByteAfter(clientHello(TLS_1_2))).isEqualTo(HANDSHAKE);
        assertThat(firstByteAfter(clientHello(TLS_1_1))).isEqualTo(ALERT);
    }

    @Test
    void showsAnEllipticCertificateForThisHost() throws IOException {
        try (SSLSocket socket = connect(http.trust(), "TLSv1.3")) {
            X509Certificate certificate = (X509Certificate) socket.getSession().getPeerCertificates()[0];
            assertThat(certificate.getPublicKey()).isInstanceOf(ECPublicKey.class);
            assertThat(((ECPublicKey) certificate.getPublicKey())
                            .getParams()
                            .getCurve()
                            .getField()
                            .getFieldSize())
                    .isEqualTo(256);
            assertThat(certificate.getBasicConstraints()).isEqualTo(-1);
            assertThat(names(certificate)).contains("localhost", "127.0.0.1");
        }
    }

    @Test
    void isTrustedThroughItsOwnAuthorityOnly() throws Exception {
        assertThatThrownBy(() -> connect(SSLContext.getDefault(), "TLSv1.3")).isInstanceOf(SSLException.class);
    }

    private static List<String> names(X509Certificate certificate) {
        try {
            return certificate.getSubjectAlternativeNames().stream()
                    .map(name -> String.valueOf(name.get(1)))
                    .toList();
        } catch (java.security.cert.CertificateParsingException e) {
            throw new AssertionError(e);
        }
    }

    private SSLSocket connect(SSLContext trust, String protocol) throws IOException {
        SSLSocket socket = (SSLSocket) trust.getSocketFactory()
                .createSocket("localhost", server.ports().https());
        try {
            socket.setSoTimeout(20_000);
            socket.setEnabledProtocols(new String[] {protocol});
            socket.startHandshake();
            return socket;
        } catch (IOException e) {
            socket.close();
            throw e;
        }
    }

    private int firstByteAfter(byte[] hello) throws IOException {
        try (Socket socket = new Socket("127.0.0.1", server.ports().https())) {
            socket.setSoTimeout(20_000);
            socket.getOutputStream().write(hello);
            socket.getOutputStream().flush();
            return socket.getInputStream().read();
        }
    }

    /** A ClientHello by hand (RFC 5246, section 7.4.1.2), since the JDK's client no longer sends old versions. */
    private static byte[] clientHello(int version) throws IOException {
        ByteArrayOutputStream extensions = new ByteArrayOutputStream();
        DataOutputStream extension = new DataOutputStream(extensions);
        shorts(extension, 0x000a, 4, 2, 0x0017); // supported_groups: secp256r1
        shorts(extension, 0x000b, 2, 0x0100); // ec_point_formats: uncompressed
        shorts(extension, 0x000d, 4, 2, 0x0403); // signature_algorithms: ecdsa_secp256r1_sha256

        ByteArrayOutputStream body = new ByteArrayOutputStream();
        DataOutputStream hello = new DataOutputStream(body);
        hello.writeShort(version);
        byte[] random = new byte[32];
        Arrays.fill(random, (byte) 7);
        hello.write(random);
        hello.writeByte(0); // no session
        // ECDHE-ECDSA with AES-128-GCM (1.2) and with AES-CBC-SHA (1.0 to 1.2)
        shorts(hello, 6, 0xc02b, 0xc009, 0xc00a);
        hello.writeShort(0x0100); // compression: one method, none
        hello.writeShort(extensions.size());
        extensions.writeTo(hello);

        ByteArrayOutputStream record = new ByteArrayOutputStream();
        DataOutputStream out = new DataOutputStream(record);
        out.writeByte(HANDSHAKE);
        out.writeShort(0x0301);
        out.writeShort(body.size() + 4);
        out.writeByte(1);
        out.writeByte(0);
        out.writeShort(body.size());
        body.writeTo(out);
        return record.toByteArray();
    }

    private static void shorts(DataOutputStream out, int... values) throws IOException {
        for (int value : values) {
            out.writeShort(value);
        }
    }
}
