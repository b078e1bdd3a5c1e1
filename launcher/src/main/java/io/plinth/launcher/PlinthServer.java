package io.plinth.launcher;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Dictionary;
import java.util.Hashtable;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.apache.karaf.main.Main;
import org.jspecify.annotations.Nullable;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.BundleException;
import org.osgi.framework.InvalidSyntaxException;
import org.osgi.framework.ServiceReference;
import org.osgi.framework.launch.Framework;

/** The server in this process: checks, starts Karaf, waits for readiness, drains and stops. */
public final class PlinthServer {
    private static final int EXIT_FAILED = 1;
    private static final long READY_TIMEOUT_SECONDS = 180;
    private static final long READY_POLL_MILLIS = 25;
    private static final long STOP_TIMEOUT_MILLIS = 60_000;

    private final Path home;
    private final Settings settings;
    private final DataFolder data;
    private final BundleCache cache;
    private final AtomicReference<@Nullable String> failure = new AtomicReference<>();
    private volatile @Nullable Framework framework;
    private volatile boolean stopping;
    private volatile int exitCode;

    private PlinthServer(Path home, Settings settings, DataFolder data, BundleCache cache) {
        this.home = home;
        this.settings = settings;
        this.data = data;
        this.cache = cache;
    }

    /** Entry point; takes {@code -Dplinth.home} and the environment, no arguments. */
    public static void main(String[] arguments) {
        try {
            Settings settings = Settings.read(System.getenv(), Path.of(""));
            DataFolder data = DataFolder.lock(settings.data());
            Ports.check(settings);
            ShellKey.ensure(data.path().resolve("secrets"));
            Path home = Path.of(System.getProperty("plinth.home", "."))
                    .toAbsolutePath()
                    .normalize();
            BundleCache cache = new BundleCache(home, data.path().resolve("karaf"));
            cache.removeIfStale().ifPresent(System.out::println);
            new PlinthServer(home, settings, data, cache).run();
        } catch (StartupException refused) {
            System.err.println("Plinth cannot start: " + refused.getMessage());
            Runtime.getRuntime().halt(EXIT_FAILED);
        }
    }

    static String version() {
        String version = PlinthServer.class.getPackage().getImplementationVersion();
        return version == null ? "development" : version;
    }

    private void run() {
        setProperties();
        Runtime.getRuntime().addShutdownHook(new Thread(this::stop, "plinth-stop"));
        Main karaf = new Main(new String[0]);
        try {
            karaf.launch();
            Framework started = karaf.getFramework();
            framework = started;
            registerStartupFailure(started.getBundleContext());
            awaitReady(started);
            started.waitForStop(0);
            exit(failure.get() == null ? exitCode : EXIT_FAILED);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            exit(EXIT_FAILED);
        } catch (Exception failed) {
            System.err.println("Plinth cannot start: " + failed + ". The log says more: " + log());
            exit(EXIT_FAILED);
        }
    }

    private Path log() {
        return data.path().resolve("logs").resolve("plinth.log");
    }

    private void setProperties() {
        Path karaf = data.path().resolve("karaf");
        Map<String, String> properties = Map.ofEntries(
                Map.entry("karaf.home", home.toString()),
                Map.entry("karaf.base", home.toString()),
                Map.entry("karaf.etc", home.resolve("etc").toString()),
                Map.entry("karaf.data", karaf.toString()),
                Map.entry("karaf.log", data.path().resolve("logs").toString()),
                Map.entry("karaf.instances", karaf.resolve("instances").toString()),
                Map.entry("karaf.pid.file", karaf.resolve("karaf.pid").toString()),
                Map.entry("karaf.startLocalConsole", "false"),
                Map.entry("karaf.startRemoteShell", "true"),
                Map.entry("karaf.handle.sigterm", "false"),
                Map.entry("karaf.lock", "false"),
                Map.entry("karaf.shutdown.port", "-1"),
                Map.entry("java.io.tmpdir", karaf.resolve("tmp").toString()),
                Map.entry("plinth.home", home.toString()),
                Map.entry("plinth.data", data.path().toString()),
                Map.entry("plinth.version", version()),
                Map.entry("plinth.https.port", Integer.toString(settings.httpsPort())),
                Map.entry("plinth.http.port", Integer.toString(settings.httpPort())),
                Map.entry("plinth.ssh.port", Integer.toString(settings.sshPort())),
                Map.entry("plinth.broker.port", Integer.toString(settings.brokerPort())),
                Map.entry(
                        "plinth.mariadb.archive.dir",
                        home.resolve("lib").resolve("mariadb").toString()));
        properties.forEach(System::setProperty);
        settings.databasePort().ifPresent(port -> System.setProperty("plinth.db.port", Integer.toString(port)));
        settings.databaseUrl().ifPresent(url -> System.setProperty("plinth.db.url", url));
        settings.databaseUser().ifPresent(user -> System.setProperty("plinth.db.user", user));
        settings.brokerUrl().ifPresent(url -> System.setProperty("plinth.broker.url", url));
        settings.brokerUser().ifPresent(user -> System.setProperty("plinth.broker.user", user));
        settings.issuer().ifPresent(issuer -> System.setProperty("plinth.issuer", issuer));
    }

    private void registerStartupFailure(BundleContext context) {
        Consumer<String> sink = line -> failure.compareAndSet(null, line);
        Dictionary<String, Object> properties = new Hashtable<>();
        properties.put("plinth.startup", "failure");
        context.registerService(Consumer.class, sink, properties);
    }

    private void awaitReady(Framework started) throws InterruptedException {
        Readiness readiness = new Readiness(settings.httpPort());
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(READY_TIMEOUT_SECONDS);
        while (!stopping) {
            String line = failure.get();
            if (line != null) {
                System.err.println("Plinth cannot start: " + line);
                exit(EXIT_FAILED);
                return;
            }
            if (started.getState() != Bundle.ACTIVE && started.getState() != Bundle.STARTING) {
                System.err.println(
                        "Plinth cannot start: its bundles could not be installed. The log says why: " + log());
                exit(EXIT_FAILED);
                return;
            }
            boolean hasBooted = hasBooted(started);
            if (hasBooted) {
                noteCache();
            }
            // Asked last: the configuration is looked through at the moment when all has booted.
            if (hasBooted && readiness.isReady() && failure.get() == null) {
                System.out.println(
                        "Plinth " + version() + " is ready: https://localhost:" + settings.httpsPort() + "/");
                return;
            }
            if (System.nanoTime() > deadline) {
                System.err.println("Plinth cannot start: not ready after " + READY_TIMEOUT_SECONDS + " s ("
                        + readiness.seen() + "). The log says more: " + log());
                exit(EXIT_FAILED);
                return;
            }
            TimeUnit.MILLISECONDS.sleep(READY_POLL_MILLIS);
        }
    }

    /** Karaf has installed and started all bundles, and their configuration was looked through. */
    private static boolean hasBooted(Framework started) {
        BundleContext context = started.getBundleContext();
        return context != null && context.getServiceReference("org.apache.karaf.features.BootFinished") != null;
    }

    private void noteCache() {
        try {
            cache.filled();
        } catch (IOException failed) {
            System.err.println("The bundle cache cannot be noted as filled (" + failed
                    + "), so the next start makes it anew and takes longer.");
        }
    }

    private void exit(int code) {
        exitCode = code;
        if (code != 0) {
            // What was said last is why; a framework that is stopped in the middle of its start has more to say, to
            // nobody.
            System.out.flush();
            System.setOut(new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8));
        }
        System.exit(code);
    }

    /** Runs as the shutdown hook, on Ctrl-C, SIGTERM and {@link #exit}: drains, stops the bundles, ends the process. */
    private void stop() {
        stopping = true;
        Framework running = framework;
        try {
            if (running != null && exitCode == 0) {
                System.out.println("Plinth is stopping: no new requests, waiting for those in flight.");
                drain(running.getBundleContext());
            }
            if (running != null) {
                running.stop();
                running.waitForStop(STOP_TIMEOUT_MILLIS);
            }
            data.close();
        } catch (BundleException | IOException failed) {
            System.err.println("Plinth did not stop cleanly: " + failed.getMessage());
            exitCode = EXIT_FAILED;
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
        System.out.flush();
        Runtime.getRuntime().halt(exitCode);
    }

    private static void drain(@Nullable BundleContext context) {
        if (context == null) {
            return;
        }
        try {
            for (ServiceReference<Runnable> reference :
                    context.getServiceReferences(Runnable.class, "(plinth.shutdown=drain)")) {
                Runnable drain = context.getService(reference);
                if (drain != null) {
                    drain.run();
                }
            }
        } catch (InvalidSyntaxException impossible) {
            throw new IllegalStateException(impossible);
        }
    }
}
