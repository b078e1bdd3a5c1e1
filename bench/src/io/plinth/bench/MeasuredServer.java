package io.plinth.bench;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.HttpURLConnection;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** A server started from the assembled distribution on a folder and ports of its own. */
final class MeasuredServer implements AutoCloseable {
    private static final Duration STOP_LIMIT = Duration.ofSeconds(60);

    private final Path command;
    private final Path data;
    private final List<Integer> ports;
    private final Process process;
    private final Duration startTook;

    private MeasuredServer(Path command, Path data, List<Integer> ports, Process process, Duration startTook) {
        this.command = command;
        this.data = data;
        this.ports = ports;
        this.process = process;
        this.startTook = startTook;
    }

    static MeasuredServer start(Path command, Path data) throws IOException {
        return start(command, data, Map.of());
    }

    /** With some more variables. */
    static MeasuredServer start(Path command, Path data, Map<String, String> more) throws IOException {
        List<Integer> ports = freePorts();
        long start = System.nanoTime();
        ProcessBuilder builder = new ProcessBuilder(command.toString(), "run").redirectErrorStream(true);
        environment(builder, data, ports);
        builder.environment().putAll(more);
        Process process = builder.start();
        List<String> said = new ArrayList<>();
        BufferedReader reader = process.inputReader(StandardCharsets.UTF_8);
        for (String line = reader.readLine(); line != null; line = reader.readLine()) {
            said.add(line);
            if (line.contains(" is ready: ")) {
                Duration took = Duration.ofNanos(System.nanoTime() - start);
                drain(reader);
                return new MeasuredServer(command, data, ports, process, took);
            }
        }
        throw new IOException("the server did not start: " + String.join("\n", said));
    }

    Duration startTook() {
        return startTook;
    }

    int httpsPort() {
        return ports.get(0);
    }

    int httpPort() {
        return ports.get(1);
    }

    int databasePort() {
        return ports.get(4);
    }

    String secret(String name) throws IOException {
        return Files.readString(data.resolve("secrets").resolve(name)).strip();
    }

    /** Runs one command in its shell. */
    void console(String line) throws IOException, InterruptedException {
        plinth("console", line);
    }

    /** Runs another subcommand. */
    void plinth(String... arguments) throws IOException, InterruptedException {
        List<String> line = new ArrayList<>(List.of(command.toString()));
        line.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(line).redirectErrorStream(true);
        environment(builder, data, ports);
        Process process = builder.start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (process.waitFor() != 0) {
            throw new IOException(line + " failed: " + output);
        }
    }

    String token() throws IOException {
        String basic = Base64.getEncoder()
                .encodeToString(("plinth-admin:" + secret("client-secret")).getBytes(StandardCharsets.UTF_8));
        String answer = post(
                "/oauth2/token", "Basic " + basic, "application/x-www-form-urlencoded", "grant_type=client_credentials");
        return field(answer, "access_token");
    }

    String post(String path, String authorization, String type, String body) throws IOException {
        HttpURLConnection connection = (HttpURLConnection)
                URI.create("http://127.0.0.1:" + httpPort() + path).toURL().openConnection();
        connection.setRequestMethod("POST");
        connection.setDoOutput(true);
        connection.setRequestProperty("Authorization", authorization);
        connection.setRequestProperty("Content-Type", type);
        connection.getOutputStream().write(body.getBytes(StandardCharsets.UTF_8));
        if (connection.getResponseCode() >= 300) {
            throw new IOException(path + " answered " + connection.getResponseCode());
        }
        return new String(connection.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }

    static String field(String json, String name) throws IOException {
        var matcher = java.util.regex.Pattern.compile("\"" + name + "\"\\s*:\\s*\"([^\"]*)\"")
                .matcher(json);
        if (!matcher.find()) {
            throw new IOException("no " + name + " in the answer");
        }
        return matcher.group(1);
    }

    /** Resident memory of the JVM, in MB of 1,048,576 bytes. */
    long jvmResidentMegabytes() throws IOException {
        return residentMegabytes(process("/java"));
    }

    long databaseResidentMegabytes() throws IOException {
        return residentMegabytes(process("mariadbd"));
    }

    /** Ends the server at once and leaves its database running, which is for the caller to end. */
    ProcessHandle killAndLeaveDatabase() throws InterruptedException {
        ProcessHandle database = process("mariadbd");
        process("/java").destroyForcibly();
        process.waitFor();
        return database;
    }

    /** CPU time that the JVM ({@code /java}) or the database ({@code mariadbd}) has taken. */
    double cpuSeconds(String program) {
        return process(program).info().totalCpuDuration().orElseThrow().toMillis() / 1000.0;
    }

    /** Collects the garbage of the JVM. */
    void collect() throws IOException, InterruptedException {
        Path jcmd = Path.of(System.getProperty("java.home"), "bin", "jcmd");
        Process collecting = new ProcessBuilder(jcmd.toString(), Long.toString(process("/java").pid()), "GC.run")
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        if (collecting.waitFor() != 0) {
            throw new IOException("jcmd failed");
        }
    }

    private ProcessHandle process(String program) {
        return Stream.concat(Stream.of(process.toHandle()), process.descendants())
                .filter(handle -> handle.info().command().orElse("").endsWith(program))
                .findFirst()
                .orElseThrow();
    }

    @Override
    public void close() {
        process.destroy();
        try {
            if (!process.waitFor(STOP_LIMIT.toSeconds(), TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            process.destroyForcibly();
        }
    }

    private static long residentMegabytes(ProcessHandle handle) throws IOException {
        for (String line : Files.readAllLines(Path.of("/proc/" + handle.pid() + "/status"))) {
            if (line.startsWith("VmRSS:")) {
                return Long.parseLong(line.replaceAll("[^0-9]", "")) / 1024;
            }
        }
        throw new IOException("no VmRSS of process " + handle.pid());
    }

    private static void environment(ProcessBuilder builder, Path data, List<Integer> ports) {
        Map<String, String> variables = builder.environment();
        variables.keySet().removeIf(name -> name.startsWith("PLINTH_"));
        variables.put("PLINTH_DATA", data.toString());
        String[] names = {"HTTPS", "HTTP", "SSH", "BROKER", "DB"};
        for (int i = 0; i < names.length; i++) {
            variables.put("PLINTH_" + names[i] + "_PORT", Integer.toString(ports.get(i)));
        }
    }

    private static List<Integer> freePorts() throws IOException {
        List<ServerSocket> held = new ArrayList<>();
        try {
            for (int i = 0; i < 5; i++) {
                held.add(new ServerSocket(0));
            }
            return held.stream().map(ServerSocket::getLocalPort).toList();
        } finally {
            for (ServerSocket socket : held) {
                socket.close();
            }
        }
    }

    /** Reads on, so that the server never waits for us. */
    private static void drain(BufferedReader reader) {
        Thread thread = new Thread(() -> {
            try {
                while (reader.readLine() != null) {
                    // What it says after it is ready does not matter here.
                }
            } catch (IOException closed) {
                throw new UncheckedIOException(closed);
            }
        });
        thread.setUncaughtExceptionHandler((ended, closed) -> {});
        thread.setDaemon(true);
        thread.start();
    }
}
