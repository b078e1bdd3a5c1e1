package io.plinth.launcher;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.Optional;
import java.util.SortedSet;
import java.util.stream.Stream;

/**
 * Karaf's cache of bundles, in {@code karaf/cache} of the data folder. Karaf compares versions only, so what was built anew
 * under the same version would never be looked at. So the distribution that the cache was filled from is noted beside it,
 * and a cache that was filled from another one is removed. Nothing in it has to be kept: configurations are files of the
 * distribution, and which capabilities are wished is written down elsewhere.
 */
final class BundleCache {
    private final Path cache;
    private final Path note;
    private final Path home;
    private final Fingerprint distribution;
    private final Removal removal;
    private boolean isNoted;

    /** How a folder is removed. */
    interface Removal {
        void remove(Path folder) throws IOException;
    }

    /**
     * Takes the home of the distribution and Karaf's part of the data folder.
     *
     * @throws StartupException when the distribution cannot be read
     */
    BundleCache(Path home, Path karaf) throws StartupException {
        this(home, karaf, BundleCache::delete);
    }

    /** For tests, which let the removal come to nothing half way. */
    BundleCache(Path home, Path karaf, Removal removal) throws StartupException {
        this.home = home;
        this.removal = removal;
        this.cache = karaf.resolve("cache");
        this.note = karaf.resolve("distribution");
        try {
            this.distribution = Fingerprint.of(home);
        } catch (IOException failed) {
            throw new StartupException("The distribution " + home + " cannot be read (" + failed
                    + "). Mend its permissions, or unpack it anew.");
        }
    }

    /**
     * Removes the cache unless it was filled, to its end, from this distribution.
     *
     * @return what there is to say about it; empty when all was well, or nothing there
     * @throws StartupException when it cannot be removed
     */
    Optional<String> removeIfStale() throws StartupException {
        try {
            if (!Files.exists(cache)) {
                return Optional.empty();
            }
            Optional<Fingerprint> filledFrom = Fingerprint.read(note);
            isNoted = filledFrom.filter(distribution::equals).isPresent();
            if (isNoted) {
                return Optional.empty();
            }
            // First: a cache without a note is removed, so one that was only half removed is, too.
            Files.deleteIfExists(note);
            removal.remove(cache);
            return Optional.of("The bundle cache " + cache + " is made anew: "
                    + filledFrom.map(this::changed).orElse("it was not filled to its end, or by an older Plinth."));
        } catch (IOException failed) {
            throw new StartupException("The bundle cache " + cache + " is not that of " + home
                    + ", and cannot be removed (" + failed + "). Remove it by hand; nothing in it has to be kept.");
        }
    }

    private String changed(Fingerprint filledFrom) {
        SortedSet<String> names = distribution.differences(filledFrom);
        if (names.contains("home")) {
            return "the distribution is " + home + ", and was another one.";
        }
        return "the distribution has changed since (" + names.first()
                + (names.size() == 1 ? "" : " and " + (names.size() - 1) + " more") + ").";
    }

    private static void delete(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        } catch (UncheckedIOException failed) {
            throw failed.getCause();
        }
    }

    /** Notes that it is filled, once; until then the next start would fill it anew. */
    void filled() throws IOException {
        if (!isNoted) {
            isNoted = true;
            distribution.write(note);
        }
    }
}
