package io.plinth.launcher;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.interfaces.RSAPublicKey;
import java.util.Base64;

/**
 * The key with which {@code plinth console} logs in to the Karaf shell: made on first start, readable by its owner alone.
 * There is no password.
 */
final class ShellKey {
    static final String PRIVATE_KEY = "shell-key.pem";
    static final String AUTHORIZED = "shell-authorized.properties";
    private static final int RSA_BITS = 3072;
    private static final int PEM_LINE = 64;

    private ShellKey() {}

    static void ensure(Path secrets) throws StartupException {
        Path privateKey = secrets.resolve(PRIVATE_KEY);
        Path authorized = secrets.resolve(AUTHORIZED);
        if (Files.exists(privateKey) && Files.exists(authorized)) {
            return;
        }
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
            generator.initialize(RSA_BITS);
            KeyPair pair = generator.generateKeyPair();
            String pem = "-----BEGIN PRIVATE KEY-----\n"
                    + Base64.getMimeEncoder(PEM_LINE, new byte[] {'\n'})
                            .encodeToString(pair.getPrivate().getEncoded())
                    + "\n-----END PRIVATE KEY-----\n";
            write(
                    authorized,
                    "plinth=" + sshKey((RSAPublicKey) pair.getPublic())
                            + ",_g_:admingroup\n_g_\\:admingroup=group,admin,manager,viewer,systembundles,ssh\n");
            write(privateKey, pem);
        } catch (IOException | GeneralSecurityException failed) {
            throw new StartupException(
                    "The key of the Karaf shell cannot be written to " + secrets + " (" + failed.getMessage() + ").");
        }
    }

    /** The public key as RFC 4253, section 6.6 encodes it. */
    private static String sshKey(RSAPublicKey key) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (DataOutputStream out = new DataOutputStream(bytes)) {
            field(out, "ssh-rsa".getBytes(StandardCharsets.US_ASCII));
            field(out, key.getPublicExponent().toByteArray());
            field(out, key.getModulus().toByteArray());
        }
        return Base64.getEncoder().encodeToString(bytes.toByteArray());
    }

    private static void field(DataOutputStream out, byte[] value) throws IOException {
        out.writeInt(value.length);
        out.write(value);
    }

    private static void write(Path file, String text) throws IOException {
        boolean posix = file.getFileSystem().supportedFileAttributeViews().contains("posix");
        FileAttribute<?>[] ownerOnly = posix
                ? new FileAttribute<?>[] {
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"))
                }
                : new FileAttribute<?>[0];
        Path folder = file.toAbsolutePath().getParent();
        Path draft = Files.createTempFile(folder, file.getFileName().toString(), ".new", ownerOnly);
        Files.writeString(draft, text);
        Files.move(draft, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }
}
