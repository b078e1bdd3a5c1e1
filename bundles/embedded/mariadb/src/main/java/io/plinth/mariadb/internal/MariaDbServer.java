package io.plinth.mariadb.internal;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A MariaDB on the loopback interface, run as a child process. It is started again when it dies. It needs nothing of
 * OSGi.
 */
public final class MariaDbServer {
    private static final Logger LOG = LoggerFactory.getLogger(MariaDbServer.class);
    private static final String USER = "plinth";
    private static final String SCHEMA = "plinth";
    private static final String PRIVILEGES = "SELECT, INSERT, UPDATE, DELETE, CREATE, DROP, REFERENCES, INDEX, ALTER,"
            + " CREATE TEMPORARY TABLES, LOCK TABLES, EXECUTE, CREATE VIEW, SHOW VIEW, CREATE ROUTINE, ALTER ROUTINE,"
            + " EVENT, TRIGGER";
    private static final int PORT_ATTEMPTS_MAX = 5;
    private static final Duration BACKOFF_MIN = Duration.ofMillis(200);
    private static final Duration BACKOFF_MAX = Duration.ofSeconds(30);
    private static final Duration STABLE_AFTER = Duration.ofSeconds(60);

    private final MariaDbSettings settings;
    private final ErrorLog log;
    private final ScheduledExecutorService supervisor;

    private volatile boolean isStopping;
    private volatile int port;
    private volatile @Nullable Process process;
    private @Nullable FileChannel lock;
    private @Nullable ServerProgram program;
    private Duration backoff = BACKOFF_MIN;
    private long startedNanos;

    public MariaDbServer(MariaDbSettings settings) {
        this.settings = settings;
        this.log = new ErrorLog(settings.log());
        this.supervisor = Executors.newSingleThreadScheduledExecutor(task -> {
            Thread thread = new Thread(task, "plinth-mariadb");
            thread.setDaemon(true);
            return thread;
        });
    }

    /**
     * Starts the server and waits until it accepts connections. May be called once.
     *
     * @throws MariaDbException when it cannot start; nothing is left running then
     */
    public synchronized void start() throws MariaDbException {
        boolean isComplete = false;
        try {
            lockFolder();
            ServerProcess.stopOrphans(settings.folder(), settings.stopTimeout());
            ServerProgram found = ServerProgram.locate(settings);
            program = found;
            new DataFolder(settings, found, log).prepare();
            launchOnSomePort(found);
            isComplete = true;
            ServerArchive.removeOthers(settings.folder(), found);
        } catch (IOException e) {
            throw new MariaDbException(
                    "Cannot use the database folder " + settings.folder() + ": " + e
                            + "; check its owner, its rights and the free space",
                    e);
        } finally {
            if (!isComplete) {
                stop();
            }
        }
    }

    /** Stops the server, gracefully if it can, and waits for it. May be called at any time and more than once. */
    public void stop() {
        isStopping = true;
        supervisor.shutdownNow();
        synchronized (this) {
            Process running = process;
            if (running != null) {
                long start = System.nanoTime();
                ServerProcess.stop(running.toHandle(), settings.stopTimeout());
                process = null;
                LOG.info("MariaDB stopped in {} ms", (System.nanoTime() - start) / 1_000_000);
            }
            unlockFolder();
        }
    }

    /** The port, the same after a restart of the process. */
    public int port() {
        return port;
    }

    public String url() {
        return "jdbc:mariadb://127.0.0.1:" + port + "/" + SCHEMA;
    }

    public String user() {
        return USER;
    }

    public String password() {
        return settings.password();
    }

    /** Process id of {@code mariadbd}; -1 while there is none. */
    public long processId() {
        Process running = process;
        return running == null || !running.isAlive() ? -1 : running.pid();
    }

    private void lockFolder() throws IOException, MariaDbException {
        Folders.createPrivate(settings.folder());
        FileChannel channel = FileChannel.open(
                settings.folder().resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        try {
            FileLock taken = channel.tryLock();
            if (taken != null) {
                lock = channel;
                return;
            }
        } catch (OverlappingFileLockException e) {
            LOG.debug("This process holds the lock of {} already", settings.folder(), e);
        }
        channel.close();
        throw new MariaDbException("Another server uses the data folder " + settings.dataFolder()
                + ": stop it, or set PLINTH_DATA to another folder");
    }

    private void unlockFolder() {
        FileChannel held = lock;
        lock = null;
        if (held != null) {
            try {
                held.close();
            } catch (IOException e) {
                LOG.warn("Cannot release the lock of {}", settings.folder(), e);
            }
        }
    }

    private void launchOnSomePort(ServerProgram found) throws MariaDbException, IOException {
        boolean isGiven = settings.port().isPresent();
        for (int attempt = 1; ; attempt++) {
            try {
                port = ServerProcess.bindable(settings.port().orElse(0));
            } catch (IOException e) {
                throw new MariaDbException(
                        "Port " + settings.port().orElse(0) + " for the embedded database cannot be used ("
                                + e.getMessage() + "): free it, or set PLINTH_DB_PORT to another one",
                        e);
            }
            try {
                launch(found);
                return;
            } catch (MariaDbException e) {
                // Somebody may have taken the port since it was looked at.
                boolean isTaken = log.reason().contains("Address already in use")
                        || log.reason().contains("Can't start server: Bind on TCP/IP port");
                if (isGiven || !isTaken || attempt == PORT_ATTEMPTS_MAX) {
                    throw e;
                }
                LOG.info("Port {} was taken meanwhile, trying another", port);
            }
        }
    }

    private void launch(ServerProgram found) throws MariaDbException, IOException {
        long start = System.nanoTime();
        Path initFile = settings.folder().resolve("init.sql");
        Path pidFile = settings.folder().resolve("mariadbd.pid");
        Files.deleteIfExists(pidFile);
        log.begin();
        Folders.writePrivate(initFile, initStatements());
        Process launched = null;
        try {
            launched = new ProcessBuilder(new ServerCommand(found, settings).serve(port, initFile, pidFile))
                    .directory(settings.folder().toFile())
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.appendTo(log.file().toFile()))
                    .start();
            launched.getOutputStream().close();
            awaitReady(launched, pidFile);
            process = launched;
        } finally {
            Files.deleteIfExists(initFile);
            if (launched != null && process != launched) {
                ServerProcess.stop(launched.toHandle(), settings.stopTimeout());
            }
        }
        startedNanos = System.nanoTime();
        var unused = launched.onExit().thenAccept(this::exited);
        LOG.info(
                "MariaDB {} is ready on 127.0.0.1:{}, process id {}, in {} ms",
                found.version(),
                port,
                launched.pid(),
                (System.nanoTime() - start) / 1_000_000);
    }

    private void awaitReady(Process launched, Path pidFile) throws MariaDbException {
        try {
            if (ServerProcess.awaitGreeting(launched, pidFile, port, settings.startTimeout(), () -> isStopping)) {
                return;
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new MariaDbException("Interrupted while the embedded database started", e);
        }
        throw new MariaDbException("The embedded database on " + settings.tables()
                + (launched.isAlive() ? " was not ready in time: " : " did not start: ") + log.reason() + "; see "
                + log.file());
    }

    private String initStatements() {
        String account = "'" + USER + "'@'127.0.0.1'";
        String secret = settings.password().replace("\\", "\\\\").replace("'", "\\'");
        // Each on one line: the server reads the file line by line.
        return "CREATE DATABASE IF NOT EXISTS `" + SCHEMA + "` CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;\n"
                + "CREATE USER IF NOT EXISTS " + account + " IDENTIFIED BY '" + secret + "';\n"
                + "ALTER USER " + account + " IDENTIFIED BY '" + secret + "';\n"
                + "GRANT " + PRIVILEGES + " ON `" + SCHEMA + "`.* TO " + account + ";\n";
    }

    private void exited(Process ended) {
        if (isStopping) {
            return;
        }
        LOG.error(
                "MariaDB with process id {} ended by itself with status {}: {}; it is started again, see {}",
                ended.pid(),
                ended.exitValue(),
                log.error().orElse("it logged no error, so it was probably killed"),
                log.file());
        scheduleRestart();
    }

    private synchronized void scheduleRestart() {
        if (isStopping) {
            return;
        }
        if (System.nanoTime() - startedNanos > STABLE_AFTER.toNanos()) {
            backoff = BACKOFF_MIN;
        }
        supervisor.schedule(this::restart, backoff.toMillis(), TimeUnit.MILLISECONDS);
        Duration doubled = backoff.multipliedBy(2);
        backoff = doubled.compareTo(BACKOFF_MAX) < 0 ? doubled : BACKOFF_MAX;
    }

    private synchronized void restart() {
        ServerProgram found = program;
        if (isStopping || found == null) {
            return;
        }
        try {
            launch(found);
        } catch (MariaDbException | IOException e) {
            if (!isStopping) {
                LOG.error("MariaDB could not be started again, next attempt in {} ms", backoff.toMillis(), e);
                scheduleRestart();
            }
        }
    }
}
