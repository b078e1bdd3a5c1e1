package io.plinth.security.internal;

import java.nio.file.Path;
import org.osgi.framework.BundleContext;

/** Where the state of this installation lies. */
public final class DataFolder {
    private DataFolder() {}

    /** The folder of the framework property {@code plinth.data}. */
    public static Path of(BundleContext context) {
        String folder = context.getProperty("plinth.data");
        if (folder == null || folder.isBlank()) {
            throw new IllegalStateException(
                    "The framework property plinth.data is not set: start the server with ./plinth or bin/plinth.");
        }
        return Path.of(folder);
    }
}
