package io.plinth.security.internal.tls;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.security.GeneralSecurityException;

/**
 * A certificate of the administrator's own.
 *
 * @param certificateFile PEM chain
 * @param keyFile PEM, PKCS#8
 */
record GivenIdentity(Path certificateFile, Path keyFile) {
    Credentials credentials() throws IOException, GeneralSecurityException {
        return PemFiles.read(certificateFile, keyFile);
    }

    /** Changes whenever one of the files does; follows symbolic links, as certificate tools move those. */
    String fingerprint() {
        return fingerprint(certificateFile) + '|' + fingerprint(keyFile);
    }

    private static String fingerprint(Path file) {
        try {
            BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
            return attributes.lastModifiedTime() + "/" + attributes.size() + "/" + attributes.fileKey();
        } catch (IOException unreadable) {
            return unreadable.toString();
        }
    }
}
