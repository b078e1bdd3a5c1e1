package io.plinth.launcher;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.RSAPublicKeySpec;
import java.util.Base64;
import java.util.Properties;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

class ShellKeyTest {
    @TempDir
    Path secrets;

    private PrivateKey privateKey() throws Exception {
        String pem = Files.readString(secrets.resolve(ShellKey.PRIVATE_KEY));
        assertThat(pem).startsWith("-----BEGIN PRIVATE KEY-----\n").endsWith("\n-----END PRIVATE KEY-----\n");
        String body = pem.replaceAll("-----[A-Z ]+-----", "").replace("\n", "");
        return KeyFactory.getInstance("RSA")
                .generatePrivate(new PKCS8EncodedKeySpec(Base64.getDecoder().decode(body)));
    }

    /** Read as the shell reads it: user = key, then groups. */
    private PublicKey publicKey() throws Exception {
        Properties users = new Properties();
        try (var reader = Files.newBufferedReader(secrets.resolve(ShellKey.AUTHORIZED))) {
            users.load(reader);
        }
        assertThat(users.getProperty("_g_:admingroup"))
                .startsWith("group,admin,")
                .contains("ssh");
        String[] entry = users.getProperty("plinth").split(",");
        assertThat(entry).hasSize(2).endsWith("_g_:admingroup");
        ByteBuffer key = ByteBuffer.wrap(Base64.getDecoder().decode(entry[0]));
        assertThat(new String(field(key), US_ASCII)).isEqualTo("ssh-rsa");
        BigInteger exponent = new BigInteger(field(key));
        BigInteger modulus = new BigInteger(field(key));
        assertThat(key.hasRemaining()).isFalse();
        assertThat(modulus.bitLength()).isEqualTo(3072);
        return KeyFactory.getInstance("RSA").generatePublic(new RSAPublicKeySpec(modulus, exponent));
    }

    private static byte[] field(ByteBuffer key) {
        byte[] value = new byte[key.getInt()];
        key.get(value);
        return value;
    }

    @Test
    void theTwoHalvesFit() throws Exception {
        ShellKey.ensure(secrets);

        Signature signature = Signature.getInstance("SHA256withRSA");
        signature.initSign(privateKey());
        signature.update("shell".getBytes(US_ASCII));
        byte[] signed = signature.sign();
        signature.initVerify(publicKey());
        signature.update("shell".getBytes(US_ASCII));
        assertThat(signature.verify(signed)).isTrue();
    }

    @Test
    @DisabledOnOs(OS.WINDOWS)
    void onlyTheOwnerReadsIt() throws Exception {
        ShellKey.ensure(secrets);
        for (String file : new String[] {ShellKey.PRIVATE_KEY, ShellKey.AUTHORIZED}) {
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(secrets.resolve(file))))
                    .as(file)
                    .isEqualTo("rw-------");
        }
    }

    @Test
    void itIsMadeOnceAndLeavesNoDraft() throws Exception {
        ShellKey.ensure(secrets);
        String first = Files.readString(secrets.resolve(ShellKey.PRIVATE_KEY));
        ShellKey.ensure(secrets);
        assertThat(secrets.resolve(ShellKey.PRIVATE_KEY)).hasContent(first);
        try (Stream<Path> files = Files.list(secrets)) {
            assertThat(files.map(file -> file.getFileName().toString()))
                    .containsExactlyInAnyOrder(ShellKey.PRIVATE_KEY, ShellKey.AUTHORIZED);
        }
    }

    @Test
    void halfAKeyIsReplacedByAWholeOne() throws Exception {
        for (String lost : new String[] {ShellKey.PRIVATE_KEY, ShellKey.AUTHORIZED}) {
            ShellKey.ensure(secrets);
            Files.delete(secrets.resolve(lost));
            ShellKey.ensure(secrets);
            theTwoHalvesFit();
        }
    }

    @Test
    void aFolderThatIsNotThereIsSaid() {
        Path missing = secrets.resolve("missing");
        assertThatThrownBy(() -> ShellKey.ensure(missing))
                .isInstanceOf(StartupException.class)
                .hasMessageContaining(missing.toString());
    }
}
