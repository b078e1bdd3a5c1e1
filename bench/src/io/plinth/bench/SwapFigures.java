package io.plinth.bench;

import com.sun.management.OperatingSystemMXBean;
import java.io.IOException;
import java.io.InputStream;
import java.lang.management.ManagementFactory;
import java.net.http.HttpClient;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/**
 * Swaps a capability up and down under load, or upgrades it many times in a row, and prints what it cost.
 *
 * <p>Arguments: the home of the distribution, a folder for data, the jar of the upload sink, then {@code swaps} or
 * {@code upgrades} or {@code idle}, how many, the capability, requests a second, and the seconds of probation
 * and of warming up.
 */
public final class SwapFigures {
    private static final Duration BASELINE = Duration.ofSeconds(30);
    private static final Duration SETTLE = Duration.ofSeconds(2);
    private static final Duration QUIET = Duration.ofSeconds(4);
    private static final int CONNECTIONS = 32;
    private static final int UPLOAD_BYTES = 16 * 1024;
    private static final int REPORT_EVERY = 25;
    private static final int FIRST_UPGRADES = 20;

    /** Class loaders are looked for half a minute after an upgrade; until then some of them are alive by right. */
    private static final Duration LEAK_CHECKS = Duration.ofSeconds(100);

    private static final long TOKEN_NANOS = Duration.ofMinutes(5).toNanos();

    private final Path home;
    private final Path folder;
    private final Path sink;
    private final String capability;
    private final int perSecond;
    private final int probationSeconds;
    private final Duration warmUp;
    private final Samples samples = new Samples();
    private final Timeline timeline = new Timeline();
    private volatile String token = "";
    private long tokenTakenNanos;

    private SwapFigures(
            Path home,
            Path folder,
            Path sink,
            String capability,
            int perSecond,
            int probationSeconds,
            Duration warmUp) {
        this.home = home;
        this.folder = folder;
        this.sink = sink;
        this.capability = capability;
        this.perSecond = perSecond;
        this.probationSeconds = probationSeconds;
        this.warmUp = warmUp;
    }

    public static void main(String[] arguments) throws Exception {
        SwapFigures figures = new SwapFigures(
                Path.of(arguments[0]),
                Path.of(arguments[1]),
                Path.of(arguments[2]),
                arguments[5],
                Integer.parseInt(arguments[6]),
                Integer.parseInt(arguments[7]),
                Duration.ofSeconds(Integer.parseInt(arguments[8])));
        figures.run(arguments[3], Integer.parseInt(arguments[4]));
        // The clients' threads are none of anybody's business any more.
        System.exit(0);
    }

    private void run(String mode, int count) throws Exception {
        Path data = Files.createTempDirectory(folder, "swap-");
        try (MeasuredServer server = MeasuredServer.start(home.resolve("bin/plinth"), data)) {
            String origin = "https://localhost:" + server.httpsPort();
            HttpClient control = HttpClient.newBuilder()
                    .version(HttpClient.Version.HTTP_1_1)
                    .sslContext(trust(data))
                    .build();
            CapabilityClient operations = new CapabilityClient(control, origin, () -> token);
            freshToken(server);
            server.plinth("sign", sink.toString());
            if (!mode.equals("idle")) {
                operations.await(operations.install(sink, 0), "succeeded");
            }
            Path jar = jar(mode.equals("idle") ? "example" : capability);
            NextVersions next = new NextVersions(jar, Files.createTempDirectory(folder, "next-"), data.resolve("secrets"));
            List<OpenLoop.Kind> pattern = mode.equals("idle") ? greetings(server, data) : mix(server, data);
            switch (mode) {
                case "swaps" -> swaps(server, operations, next, pattern, count);
                case "upgrades" -> upgrades(server, operations, next, pattern, count);
                case "idle" -> overhead(pattern, count);
                default -> throw new IllegalArgumentException(mode);
            }
        }
    }

    private void swaps(
            MeasuredServer server,
            CapabilityClient operations,
            NextVersions next,
            List<OpenLoop.Kind> pattern,
            int count)
            throws Exception {
        List<Path> packages = new ArrayList<>();
        for (int i = 1; i <= (count + 1) / 2; i++) {
            packages.add(next.version("0.2." + i));
        }
        List<Double> upSeconds = new ArrayList<>();
        List<Double> flipSeconds = new ArrayList<>();
        List<Double> backMillis = new ArrayList<>();
        OpenLoop load = new OpenLoop(pattern, perSecond, samples);
        try (load) {
            warmUp(pattern);
            load.start();
            say("%d requests/s; baseline for %d s", perSecond, BASELINE.toSeconds());
            Thread.sleep(BASELINE.toMillis());
            for (int i = 0; i < packages.size(); i++) {
                freshToken(server);
                long sentNanos = System.nanoTime();
                Instant sent = Instant.now();
                String location = operations.install(packages.get(i), probationSeconds);
                CapabilityClient.Operation up;
                if (probationSeconds == 0) {
                    up = operations.await(location, "succeeded");
                } else {
                    operations.awaitStep(location, "probation");
                    up = null;
                }
                Thread.sleep(SETTLE.toMillis());

                long backNanos = System.nanoTime();
                Instant back = Instant.now();
                CapabilityClient.Operation down = operations.await(operations.rollback(capability), "succeeded");
                if (up == null) {
                    up = operations.await(location, "rolled-back");
                }
                flipSeconds.add(millis(sent, up.flippedAt()) / 1000);
                upSeconds.add(millis(sent, up.drainedAt()) / 1000);
                timeline.add(
                        true,
                        sentNanos,
                        sentNanos + nanos(sent, up.flippedAt()),
                        sentNanos + nanos(sent, up.endedAt()));
                backMillis.add(millis(back, down.flippedAt()));
                timeline.add(
                        false,
                        backNanos,
                        backNanos + nanos(back, down.flippedAt()),
                        backNanos + nanos(back, down.endedAt()));
                Thread.sleep(QUIET.toMillis());
                if ((i + 1) % 5 == 0) {
                    say("%d swaps, %d requests, %d failed", 2 * (i + 1), samples.requests(), samples.failures());
                }
            }
        }
        report(2 * packages.size(), load, upSeconds, flipSeconds, backMillis);
        System.out.println();
        System.out.println(memory(operations));
    }

    private void report(
            int swaps, OpenLoop load, List<Double> upSeconds, List<Double> flipSeconds, List<Double> backMillis) {
        System.out.printf(Locale.ROOT, "%nSwaps of %s: %d, half of them up; %d requests/s%n%n", capability, swaps, perSecond);
        System.out.println("| figure | goal | measured |");
        System.out.println("| --- | --- | --- |");
        row("requests; failed", "0 failed", "%d; %d", samples.requests(), samples.failures());
        row("POST to new version serving, median; worst", "", "%.2f s; %.2f s", median(flipSeconds), max(flipSeconds));
        row("… and old version drained, median; worst", "≤ 5 s", "%.2f s; %.2f s", median(upSeconds), max(upSeconds));
        row("rollback: POST to flip, median; worst", "≤ 1 s", "%.0f ms; %.0f ms", median(backMillis), max(backMillis));
        List<String> all = samples.capabilities();
        List<String> neighbours =
                all.stream().filter(name -> !name.equals(capability)).toList();
        windows("all", all);
        windows(capability, List.of(capability));
        windows("neighbours", neighbours);
        if (!load.failures().isEmpty()) {
            System.out.println("\nFailures:");
            load.failures().forEach((what, times) -> System.out.println("  " + times + " × " + what));
        }
        System.out.printf(Locale.ROOT, "%nThe driver used %.2f of a core.%n", driverCores());
    }

    private void windows(String name, List<String> capabilities) {
        Samples.Summary quiet = samples.summary(capabilities, timeline.quiet());
        row("p50, p99, max of " + name + " without swaps", "", "%.1f ms, %.1f ms, %.0f ms of %d",
                quiet.p50Millis(), quiet.p99Millis(), quiet.maxMillis(), quiet.requests());
        String flipGoal = name.equals("neighbours") ? "unchanged" : "≤ 1.2×";
        window(name + " ± 0.5 s around a flip", flipGoal, samples.summary(capabilities, timeline.flip()), quiet);
        String installGoal = name.equals("neighbours") ? "unchanged" : "≤ 2×";
        window(name + " while installing", installGoal, samples.summary(capabilities, timeline.installing()), quiet);
        window(name + " draining, watching, cleaning", "", samples.summary(capabilities, timeline.afterwards()), quiet);
    }

    private static void window(String name, String goal, Samples.Summary summary, Samples.Summary quiet) {
        row("p99 of " + name, goal, "%.1f ms = %.2f×, max %.0f ms of %d",
                summary.p99Millis(), summary.p99Millis() / quiet.p99Millis(), summary.maxMillis(), summary.requests());
    }

    private void upgrades(
            MeasuredServer server,
            CapabilityClient operations,
            NextVersions next,
            List<OpenLoop.Kind> pattern,
            int count)
            throws Exception {
        OpenLoop load = new OpenLoop(pattern, perSecond, samples);
        List<Double> seconds = new ArrayList<>();
        List<String> lines = new ArrayList<>();
        try (load) {
            warmUp(pattern);
            load.start();
            for (int i = 1; i <= count; i++) {
                freshToken(server);
                Path file = next.version("0.3." + i);
                long start = System.nanoTime();
                operations.await(operations.install(file, 0), "succeeded");
                seconds.add((System.nanoTime() - start) / 1e9);
                Files.delete(file);
                // The first ones fill caches and pools; what grows after them grows for ever.
                if (i == FIRST_UPGRADES || i == count) {
                    say("%d upgrades; waiting %d s for the leak checks", i, LEAK_CHECKS.toSeconds());
                    Thread.sleep(LEAK_CHECKS.toMillis());
                    freshToken(server);
                }
                if (i == FIRST_UPGRADES || i == count || i % REPORT_EVERY == 0) {
                    lines.add("after " + i + " upgrades: " + memory(operations));
                    say("%s", lines.get(lines.size() - 1));
                }
            }
        }
        System.out.println();
        lines.forEach(System.out::println);
        System.out.printf(
                Locale.ROOT,
                "%nUpgrades of %s: %d, %.2f s each (worst %.2f s); %d requests at %d/s, %d failed; driver %.2f of a core%n",
                capability, count, median(seconds), max(seconds), samples.requests(), perSecond, samples.failures(), driverCores());
        load.failures().forEach((what, times) -> System.out.println("  " + times + " × " + what));
    }

    /** What the driver costs by itself: its share of a core at the rate, over the example alone. */
    private void overhead(List<OpenLoop.Kind> pattern, int seconds) throws Exception {
        OpenLoop load = new OpenLoop(pattern, perSecond, samples);
        warmUp(pattern);
        long cpu = cpuNanos();
        long start = System.nanoTime();
        try (load) {
            load.start();
            Thread.sleep(Duration.ofSeconds(seconds).toMillis());
        }
        double cores = (cpuNanos() - cpu) / (double) (System.nanoTime() - start);
        Samples.Summary all = samples.summary(samples.capabilities(), nanos -> true);
        System.out.printf(
                Locale.ROOT,
                "driver: %.2f of a core at %d/s; %d requests, %d failed, p50 %.1f ms, p99 %.1f ms%n",
                cores, perSecond, all.requests(), samples.failures(), all.p50Millis(), all.p99Millis());
        load.failures().forEach((what, times) -> System.out.println("  " + times + " × " + what));
    }

    private static String memory(CapabilityClient operations) throws IOException, InterruptedException {
        String metrics = operations.text("/metrics");
        return String.format(
                Locale.ROOT,
                "leaked revisions %.0f, metaspace %.1f MB, classes %.0f, threads %.0f",
                metric(metrics, "plinth_capability_leaked_revisions", ""),
                metric(metrics, "jvm_memory_used_bytes", "Metaspace") / (1 << 20),
                metric(metrics, "jvm_classes_loaded_classes", ""),
                metric(metrics, "jvm_threads_live_threads", ""));
    }

    private static double metric(String metrics, String name, String tag) {
        return metrics.lines()
                .filter(line -> line.startsWith(name) && line.contains(tag))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
                .sum();
    }

    /** Of ten requests: half to the example, three to users with the database, two uploads; h1 and h2; two write. */
    private List<OpenLoop.Kind> mix(MeasuredServer server, Path data) throws Exception {
        SSLContext trust = trust(data);
        Lane http1 = new Http1Lane(server.httpsPort(), trust, () -> token, CONNECTIONS);
        Lane http2 = new Http2Lane(server.httpsPort(), trust, () -> token);
        String name = "bench" + System.nanoTime();
        String id = MeasuredServer.field(
                server.post(
                        "/api/v1/users",
                        "Bearer " + token,
                        "application/json",
                        "{\"username\":\"" + name + "\",\"email\":\"" + name + "@example.org\"}"),
                "id");
        Lane.Request greet = Lane.Request.get("/api/v1/example", false);
        Lane.Request user = Lane.Request.get("/api/v1/users/" + id, true);
        Lane.Request message = new Lane.Request(
                "POST",
                "/api/v1/example",
                true,
                "application/json",
                "{\"message\":\"hello\"}".getBytes(StandardCharsets.US_ASCII));
        Lane.Request upload = new Lane.Request(
                "POST", "/api/v1/sink", false, "application/octet-stream", new byte[UPLOAD_BYTES]);
        OpenLoop.Kind greet1 = new OpenLoop.Kind("example", "GET example h1", http1, 200, greet);
        OpenLoop.Kind greet2 = new OpenLoop.Kind("example", "GET example h2", http2, 200, greet);
        OpenLoop.Kind post = new OpenLoop.Kind("example", "POST example h1", http1, 202, message);
        OpenLoop.Kind user1 = new OpenLoop.Kind("users", "GET users h1", http1, 200, user);
        OpenLoop.Kind user2 = new OpenLoop.Kind("users", "GET users h2", http2, 200, user);
        OpenLoop.Kind upload1 = new OpenLoop.Kind("sink", "POST sink h1", http1, 200, upload);
        OpenLoop.Kind upload2 = new OpenLoop.Kind("sink", "POST sink h2", http2, 200, upload);
        return List.of(greet1, user1, upload1, greet2, user2, greet1, post, user1, upload2, greet2);
    }

    private List<OpenLoop.Kind> greetings(MeasuredServer server, Path data) throws Exception {
        SSLContext trust = trust(data);
        Lane.Request greet = Lane.Request.get("/api/v1/example", false);
        Lane http1 = new Http1Lane(server.httpsPort(), trust, () -> token, CONNECTIONS);
        Lane http2 = new Http2Lane(server.httpsPort(), trust, () -> token);
        return List.of(
                new OpenLoop.Kind("example", "GET h1", http1, 200, greet),
                new OpenLoop.Kind("example", "GET h2", http2, 200, greet));
    }

    /** The same load, not counted: the compilers of both sides need some time. */
    private void warmUp(List<OpenLoop.Kind> pattern) throws InterruptedException {
        say("warming up for %d s", warmUp.toSeconds());
        try (OpenLoop load = new OpenLoop(pattern, perSecond, new Samples())) {
            load.start();
            Thread.sleep(warmUp.toMillis());
        }
    }

    private void freshToken(MeasuredServer server) throws IOException {
        if (token.isEmpty() || System.nanoTime() - tokenTakenNanos > TOKEN_NANOS) {
            token = server.token();
            tokenTakenNanos = System.nanoTime();
        }
    }

    /** The provider bundle of a capability in the distribution. */
    private Path jar(String name) throws IOException {
        try (Stream<Path> files = Files.walk(home)) {
            return files.filter(file -> file.getFileName().toString().matches("io\\.plinth\\." + name + "-[0-9].*\\.jar"))
                    .findFirst()
                    .orElseThrow(() -> new IOException("the distribution has no capability " + name));
        }
    }

    private static SSLContext trust(Path data) throws IOException, GeneralSecurityException {
        KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
        store.load(null, null);
        try (InputStream in = Files.newInputStream(data.resolve("tls/ca.pem"))) {
            store.setCertificateEntry("ca", CertificateFactory.getInstance("X.509").generateCertificate(in));
        }
        TrustManagerFactory factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        factory.init(store);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, factory.getTrustManagers(), null);
        return context;
    }

    private static void row(String figure, String goal, String format, Object... values) {
        System.out.println("| " + figure + " | " + goal + " | " + String.format(Locale.ROOT, format, values) + " |");
    }

    private static void say(String format, Object... values) {
        System.err.println(String.format(Locale.ROOT, format, values));
    }

    private static double driverCores() {
        return cpuNanos() / 1e6 / ManagementFactory.getRuntimeMXBean().getUptime();
    }

    private static long cpuNanos() {
        return ((OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean()).getProcessCpuTime();
    }

    private static double millis(Instant from, Instant to) {
        return nanos(from, to) / 1e6;
    }

    private static long nanos(Instant from, Instant to) {
        return Duration.between(from, to).toNanos();
    }

    private static double max(List<Double> values) {
        return values.stream().mapToDouble(Double::doubleValue).max().orElse(Double.NaN);
    }

    private static double median(List<Double> values) {
        List<Double> sorted = values.stream().sorted().toList();
        int middle = sorted.size() / 2;
        if (sorted.isEmpty()) {
            return Double.NaN;
        }
        return sorted.size() % 2 == 1 ? sorted.get(middle) : (sorted.get(middle - 1) + sorted.get(middle)) / 2;
    }
}
