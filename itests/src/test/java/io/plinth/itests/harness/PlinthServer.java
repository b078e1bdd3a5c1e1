package io.plinth.itests.harness;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** One server started with {@code bin/plinth run}: a process of its own, with its own data folder and ports. */
public final class PlinthServer implements AutoCloseable {
    /** The server itself gives up after 180 s, and says why. */
    private static final Duration START_LIMIT = Duration.ofSeconds(190);

    private static final Duration STOP_LIMIT = Duration.ofSeconds(60);
    private static final int OUTPUT_LINES_MAX = 5_000;
    private static final int LOG_TAIL_LINES = 80;
    private static final ConcurrentLinkedDeque<PlinthServer> STARTED = new ConcurrentLinkedDeque<>();

    private final Path data;
    private final Ports ports;
    private final Map<String, String> environment;
    private final ConcurrentLinkedDeque<String> output = new ConcurrentLinkedDeque<>();
    private final CountDownLatch ready = new CountDownLatch(1);
    private final CountDownLatch outputEnded = new CountDownLatch(1);
    private final Process process;
    private @Nullable Http http;

    private PlinthServer(Distribution distribution, Path data, Ports ports, Map<String, String> extra) {
        this.data = data;
        this.ports = ports;
        this.environment = new LinkedHashMap<>(ports.environment());
        environment.put("PLINTH_DATA", data.toString());
        environment.putAll(extra);
        environment.values().removeIf(String::isEmpty);
        try {
            process = Commands.builder(
                            environment, List.of(distribution.command().toString(), "run"))
                    .start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Thread reader = new Thread(this::read, "output of server " + process.pid());
        reader.setDaemon(true);
        reader.start();
        STARTED.addFirst(this);
    }

    /** Starts on a fresh folder and waits until it is ready. */
    public static PlinthServer start(String name, Map<String, String> extra) {
        return start(Distribution.freshFolder(name), Ports.free(), extra);
    }

    /** Starts and waits until it is ready; what does not get ready is stopped. */
    public static PlinthServer start(Path data, Ports ports, Map<String, String> extra) {
        PlinthServer server = launch(data, ports, extra);
        try {
            return server.awaitReady();
        } catch (AssertionError notReady) {
            server.close();
            throw notReady;
        }
    }

    /** Starts without waiting. A variable with an empty value in {@code extra} is left out. */
    public static PlinthServer launch(Path data, Ports ports, Map<String, String> extra) {
        return launch(Distribution.shared(), data, ports, extra);
    }

    /** The same of a distribution that is not the shared one. */
    public static PlinthServer launch(Distribution distribution, Path data, Ports ports, Map<String, String> extra) {
        return new PlinthServer(distribution, data, ports, extra);
    }

    /** Waits for the line that says so. */
    public PlinthServer awaitReady() {
        try {
            if (!ready.await(START_LIMIT.toMillis(), TimeUnit.MILLISECONDS)) {
                throw new AssertionError("not ready within " + START_LIMIT + "\n" + tail());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted", e);
        }
        if (!wasReady()) {
            throw new AssertionError("ended with " + awaitExit(STOP_LIMIT) + " before it was ready\n" + tail());
        }
        return this;
    }

    public String readyLine() {
        return "Plinth " + Distribution.version() + " is ready: https://localhost:" + ports.https() + "/";
    }

    public boolean wasReady() {
        return output.contains(readyLine());
    }

    public Path data() {
        return data;
    }

    public Ports ports() {
        return ports;
    }

    /** Variables that {@code bin/plinth} needs to mean this server. */
    public Map<String, String> environment() {
        return Map.copyOf(environment);
    }

    /** What it has written to its terminal until now. */
    public List<String> output() {
        return List.copyOf(output);
    }

    /** Client of this server. */
    public synchronized Http http() {
        if (http == null) {
            http = new Http(this);
        }
        return http;
    }

    /** A secret: the one given by its variable, else the generated one. */
    public String secret(String name) {
        String given = environment.get("PLINTH_" + name.toUpperCase(Locale.ROOT).replace('-', '_'));
        if (given != null) {
            return given;
        }
        try {
            return Files.readString(data.resolve("secrets").resolve(name)).strip();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public Path certificateAuthority() {
        return data.resolve("tls/ca.pem");
    }

    /** Runs another subcommand against this server. */
    public Commands.Outcome plinth(String... arguments) {
        List<String> command = new ArrayList<>();
        command.add(Distribution.shared().command().toString());
        command.addAll(List.of(arguments));
        return Commands.run(Duration.ofSeconds(90), environment, command);
    }

    /** Process of the JVM: the script may be replaced by it or stay its parent. */
    public ProcessHandle jvm() {
        return Stream.concat(Stream.of(process.toHandle()), process.descendants())
                .filter(handle -> handle.info().command().orElse("").endsWith("/java"))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no JVM runs under process " + process.pid()));
    }

    /** Process of the embedded database, whoever its parent is by now. */
    public Optional<ProcessHandle> databaseProcess() {
        return ProcessHandle.allProcesses()
                .filter(handle -> handle.info().command().orElse("").contains("mariadbd"))
                .filter(handle -> handle.info().commandLine().orElse("").contains(data.toString())
                        || workingFolder(handle).startsWith(data.toString()))
                .findFirst();
    }

    /** SIGTERM, as an administrator or an init system sends it. */
    public void terminate() {
        process.destroy();
    }

    /** {@code kill -9} of the JVM alone. */
    public void kill() {
        jvm().destroyForcibly();
        awaitExit(STOP_LIMIT);
    }

    public int awaitExit(Duration limit) {
        try {
            if (!process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
                throw new AssertionError("still runs after " + limit + "\n" + tail());
            }
            if (!outputEnded.await(5, TimeUnit.SECONDS)) {
                output.add("[its output was still open 5 s after its end]");
            }
            return process.exitValue();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted", e);
        }
    }

    /** Stops it, by force if it must be, and ends a database that was left over. */
    @Override
    public void close() {
        if (process.isAlive()) {
            terminate();
            try {
                awaitExit(STOP_LIMIT);
            } catch (AssertionError tooSlow) {
                process.descendants().forEach(ProcessHandle::destroyForcibly);
                process.destroyForcibly();
                STARTED.remove(this);
                throw tooSlow;
            }
        }
        STARTED.remove(this);
        if (STARTED.stream().noneMatch(other -> other.data.equals(data))) {
            databaseProcess().ifPresent(ProcessHandle::destroyForcibly);
        }
    }

    /** The end of what it said: terminal and log files. */
    public String tail() {
        StringBuilder text = new StringBuilder("--- terminal of " + data.getFileName() + "\n");
        last(output()).forEach(line -> text.append(line).append('\n'));
        for (Path log : logFiles()) {
            text.append("--- ").append(log.getFileName()).append('\n');
            last(read(log).lines().toList()).forEach(line -> text.append(line).append('\n'));
        }
        return text.toString();
    }

    /** All files below the log folder. */
    public List<Path> logFiles() {
        Path logs = data.resolve("logs");
        if (!Files.isDirectory(logs)) {
            return List.of();
        }
        try (Stream<Path> files = Files.walk(logs)) {
            return files.filter(Files::isRegularFile).collect(Collectors.toList());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static List<PlinthServer> running() {
        return List.copyOf(STARTED);
    }

    static String read(Path file) {
        try {
            return new String(Files.readAllBytes(file), StandardCharsets.UTF_8);
        } catch (IOException e) {
            return "(cannot be read: " + e + ")";
        }
    }

    private static List<String> last(List<String> lines) {
        return lines.subList(Math.max(0, lines.size() - LOG_TAIL_LINES), lines.size());
    }

    private static String workingFolder(ProcessHandle handle) {
        try {
            return Files.readSymbolicLink(Path.of("/proc", Long.toString(handle.pid()), "cwd"))
                    .toString();
        } catch (IOException gone) {
            return "";
        }
    }

    private void read() {
        try (BufferedReader reader = process.inputReader(StandardCharsets.UTF_8)) {
            for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                output.add(line);
                if (output.size() > OUTPUT_LINES_MAX) {
                    output.removeFirst();
                }
                if (line.equals(readyLine())) {
                    ready.countDown();
                }
            }
        } catch (IOException closed) {
            output.add("[output closed: " + closed.getMessage() + "]");
        } finally {
            outputEnded.countDown();
            ready.countDown();
        }
    }
}
