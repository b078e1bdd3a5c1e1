package io.plinth.security.internal.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.annotation.Annotation;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLHandshakeException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TlsIdentityTest {
    private static final Instant NOW = Instant.now();

    @TempDir
    Path data;

    record FakeConfig(String certificate_file, String key_file, String... names) implements TlsConfig {
        @Override
        public Class<? extends Annotation> annotationType() {
            return TlsConfig.class;
        }
    }

    private static final TlsConfig DEFAULTS = new FakeConfig("", "");

    private TlsIdentity identity(TlsConfig config, Instant now) {
        return new TlsIdentity(data, config, Clock.fixed(now, ZoneOffset.UTC), null);
    }

    @Test
    void aClientThatTrustsTheCaTrustsTheServerByEachOfItsNames() throws Exception {
        TlsIdentity identity = identity(new FakeConfig("", "", "plinth.example", "10.1.2.3", "fd00::7"), NOW);

        for (String name : new String[] {"localhost", "127.0.0.1", "::1", "plinth.example", "10.1.2.3", "fd00::7"}) {
            for (String protocol : new String[] {"TLSv1.3", "TLSv1.2"}) {
                assertThat(handshake(identity, name, protocol)).as(name).isEqualTo(identity.certificate());
            }
        }
        assertThatThrownBy(() -> handshake(identity, "elsewhere.example", "TLSv1.3"))
                .isInstanceOf(SSLHandshakeException.class);
    }

    @Test
    void makesPrivateFilesOnceAndCertificatesThatBrowsersTake() throws Exception {
        X509Certificate first = identity(DEFAULTS, NOW).certificate();

        assertThat(identity(DEFAULTS, NOW.plus(Duration.ofDays(100))).certificate())
                .isEqualTo(first);
        assertThat(mode("tls/ca-key.pem")).isEqualTo("rw-------");
        assertThat(mode("tls/server-key.pem")).isEqualTo("rw-------");
        assertThat(mode("tls/ca.pem")).isEqualTo("rw-r--r--");
        Duration lifetime = Duration.between(
                first.getNotBefore().toInstant(), first.getNotAfter().toInstant());
        assertThat(lifetime).isLessThanOrEqualTo(Duration.ofDays(397)).isGreaterThan(Duration.ofDays(390));
        assertThat(first.getPublicKey().getAlgorithm()).isEqualTo("EC");
        assertThat(first.getBasicConstraints()).as("no CA").isEqualTo(-1);
        assertThat(first.getExtendedKeyUsage()).containsExactly("1.3.6.1.5.5.7.3.1");
        X509Certificate ca = PemFiles.readChain(data.resolve("tls/ca.pem")).get(0);
        assertThat(ca.getBasicConstraints()).isZero();
        assertThat(Duration.between(NOW, ca.getNotAfter().toInstant())).isGreaterThan(Duration.ofDays(3649));
    }

    @Test
    void renewsThirtyDaysBeforeTheEndWithTheSameCa() throws Exception {
        X509Certificate first = identity(DEFAULTS, NOW).certificate();
        byte[] ca = Files.readAllBytes(data.resolve("tls/ca.pem"));
        Instant end = first.getNotAfter().toInstant();

        assertThat(identity(DEFAULTS, end.minus(Duration.ofDays(30)).minusSeconds(1))
                        .certificate())
                .isEqualTo(first);
        X509Certificate second =
                identity(DEFAULTS, end.minus(Duration.ofDays(30))).certificate();
        assertThat(second).isNotEqualTo(first);
        second.verify(PemFiles.readChain(data.resolve("tls/ca.pem")).get(0).getPublicKey());
        assertThat(Files.readAllBytes(data.resolve("tls/ca.pem"))).isEqualTo(ca);
    }

    @Test
    void renewsWhileRunning() {
        MovableClock clock = new MovableClock(NOW);
        TlsIdentity identity = new TlsIdentity(data, DEFAULTS, clock, null);
        X509Certificate first = identity.certificate();
        identity.poll();
        assertThat(identity.certificate()).isEqualTo(first);
        clock.now = NOW.plus(Duration.ofDays(370));
        identity.poll();
        assertThat(identity.certificate()).isNotEqualTo(first);
    }

    @Test
    void aNewNameMakesANewCertificate() {
        TlsIdentity identity = identity(DEFAULTS, NOW);
        X509Certificate first = identity.certificate();
        identity.modified(new FakeConfig("", "", "new.example"));
        assertThat(identity.certificate()).isNotEqualTo(first);
        X509Certificate second = identity.certificate();
        identity.modified(new FakeConfig("", "", "not a name"));
        assertThat(identity.certificate()).as("bad configuration").isEqualTo(second);
    }

    @Test
    void mendsAPairThatDoesNotFitAndTightensItsKey() throws Exception {
        X509Certificate first = identity(DEFAULTS, NOW).certificate();
        Files.copy(
                data.resolve("tls/ca-key.pem"),
                data.resolve("tls/server-key.pem"),
                java.nio.file.StandardCopyOption.REPLACE_EXISTING);
        Files.setPosixFilePermissions(data.resolve("tls/ca-key.pem"), PosixFilePermissions.fromString("rw-r--r--"));
        assertThat(identity(DEFAULTS, NOW).certificate()).isNotEqualTo(first);
        assertThat(mode("tls/ca-key.pem")).isEqualTo("rw-------");
    }

    @Test
    void saysWhatToDoWhenTheCaKeyIsGone() throws Exception {
        identity(DEFAULTS, NOW);
        Files.delete(data.resolve("tls/ca-key.pem"));
        identity(DEFAULTS, NOW);
        Files.delete(data.resolve("tls/server.pem"));
        List<String> lines = new ArrayList<>();
        assertThatThrownBy(() -> new TlsIdentity(data, DEFAULTS, Clock.systemUTC(), lines::add))
                .hasMessageContaining("ca-key.pem is missing");
        assertThat(lines).singleElement().asString().contains("ca-key.pem is missing");
    }

    @Test
    void takesAGivenPairAndItsSuccessorAtOnceAndNoBadOne() throws Exception {
        Credentials ca = new CertificateMaker().makeCa(NOW);
        Credentials first = new CertificateMaker().makeServer(ca, Set.of("own.example"), NOW);
        Credentials second = new CertificateMaker().makeServer(ca, Set.of("own.example"), NOW);
        store(first);
        TlsIdentity identity = identity(new FakeConfig("own.pem", "own-key.pem"), NOW);
        assertThat(identity.certificate()).isEqualTo(first.certificate());
        assertThat(data.resolve("tls")).as("nothing made").doesNotExist();

        Files.writeString(data.resolve("own.pem"), "rubbish");
        identity.poll();
        assertThat(identity.certificate()).as("bad file").isEqualTo(first.certificate());
        Files.write(data.resolve("own.pem"), PemFiles.write(second.chain()));
        identity.poll();
        assertThat(identity.certificate()).as("key not there yet").isEqualTo(first.certificate());
        Files.delete(data.resolve("own-key.pem"));
        identity.poll();
        assertThat(identity.certificate()).as("no key").isEqualTo(first.certificate());
        store(second);
        identity.poll();
        assertThat(identity.certificate()).isEqualTo(second.certificate());
        assertThat(handshake(identity, "own.example", "TLSv1.3", ca.certificate()))
                .isEqualTo(second.certificate());

        identity.modified(DEFAULTS);
        assertThat(identity.certificate().getSubjectX500Principal().getName()).isEqualTo("CN=Plinth server");
    }

    @Test
    void aHandshakeThatHasBegunKeepsItsPair() throws Exception {
        Credentials ca = new CertificateMaker().makeCa(NOW);
        Credentials first = new CertificateMaker().makeServer(ca, Set.of("a.example"), NOW);
        CurrentKeyManager manager = new CurrentKeyManager(first);
        String alias = manager.chooseServerAlias("EC", null, null);
        manager.replace(new CertificateMaker().makeServer(ca, Set.of("a.example"), NOW));

        assertThat(manager.getCertificateChain(alias)[0]).isEqualTo(first.certificate());
        assertThat(manager.getPrivateKey(alias)).isEqualTo(first.key());
        assertThat(manager.chooseServerAlias("EC", null, null)).isNotEqualTo(alias);
        assertThat(manager.chooseServerAlias("RSA", null, null)).isNull();
    }

    @Test
    void aWrongSettingAtTheStartIsOneClearLine() throws Exception {
        store(new CertificateMaker().makeCa(NOW));
        Files.writeString(
                data.resolve("old.pem"), "-----BEGIN EC PRIVATE KEY-----\nAAAA\n-----END EC PRIVATE KEY-----\n");
        for (String[] bad : new String[][] {
            {"own.pem", "", "certificate.file and key.file"},
            {"missing.pem", "own-key.pem", "missing.pem"},
            {"own-key.pem", "own-key.pem", "BEGIN CERTIFICATE"},
            {"own.pem", "old.pem", "openssl pkcs8"},
        }) {
            List<String> lines = new ArrayList<>();
            assertThatThrownBy(
                            () -> new TlsIdentity(data, new FakeConfig(bad[0], bad[1]), Clock.systemUTC(), lines::add))
                    .isInstanceOf(IllegalStateException.class);
            assertThat(lines).singleElement().asString().contains(bad[2]);
        }
    }

    private void store(Credentials credentials) throws Exception {
        Files.write(data.resolve("own.pem"), PemFiles.write(credentials.chain()));
        Files.write(data.resolve("own-key.pem"), PemFiles.write(credentials.key()));
    }

    private String mode(String path) throws Exception {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(data.resolve(path)));
    }

    private X509Certificate handshake(TlsIdentity identity, String name, String protocol) throws Exception {
        return handshake(
                identity,
                name,
                protocol,
                PemFiles.readChain(data.resolve("tls/ca.pem")).get(0));
    }

    /** A real handshake; the client checks path and host name as HTTPS clients do. */
    private static X509Certificate handshake(TlsIdentity identity, String name, String protocol, X509Certificate ca)
            throws Exception {
        SSLContext server = SSLContext.getInstance("TLS");
        server.init(new KeyManager[] {identity.keyManager()}, null, null);
        KeyStore trusted = KeyStore.getInstance("PKCS12");
        trusted.load(null, null);
        trusted.setCertificateEntry("ca", ca);
        TrustManagerFactory trust = TrustManagerFactory.getInstance("PKIX");
        trust.init(trusted);
        SSLContext client = SSLContext.getInstance("TLS");
        client.init(null, trust.getTrustManagers(), null);
        InetAddress loopback = InetAddress.getLoopbackAddress();
        try (SSLServerSocket listener =
                (SSLServerSocket) server.getServerSocketFactory().createServerSocket(0, 1, loopback)) {
            CompletableFuture<Void> served = CompletableFuture.runAsync(() -> {
                try (SSLSocket accepted = (SSLSocket) listener.accept()) {
                    accepted.setSoTimeout(10_000);
                    accepted.getInputStream().read();
                } catch (java.io.IOException refused) {
                    // The client's side of the failure is what the test looks at.
                }
            });
            java.net.Socket plain = new java.net.Socket();
            plain.connect(new InetSocketAddress(loopback, listener.getLocalPort()), 10_000);
            try (SSLSocket socket =
                    (SSLSocket) client.getSocketFactory().createSocket(plain, name, listener.getLocalPort(), true)) {
                SSLParameters parameters = socket.getSSLParameters();
                parameters.setEndpointIdentificationAlgorithm("HTTPS");
                parameters.setProtocols(new String[] {protocol});
                socket.setSSLParameters(parameters);
                socket.startHandshake();
                X509Certificate seen = (X509Certificate) socket.getSession().getPeerCertificates()[0];
                socket.getOutputStream().write(1);
                return seen;
            } finally {
                // Only now: closing, each side waits for the other.
                served.join();
            }
        }
    }

    private static final class MovableClock extends Clock {
        private Instant now;

        MovableClock(Instant now) {
            this.now = now;
        }

        @Override
        public Instant instant() {
            return now;
        }

        @Override
        public java.time.ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(java.time.ZoneId zone) {
            return this;
        }
    }
}
