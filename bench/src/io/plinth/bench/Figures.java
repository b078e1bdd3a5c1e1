package io.plinth.bench;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * Takes the figures of the README: start-up, memory, the example against a plain servlet, round trips of reading a user.
 * Arguments: the command of the distribution, the jar of the plain servlet, a folder for data, and the number of rounds.
 */
public final class Figures {
    private static final int CONNECTIONS = 32;
    private static final Duration ROUND = Duration.ofSeconds(6);
    private static final Duration WARM_UP = Duration.ofSeconds(15);
    private static final Duration IDLE = Duration.ofSeconds(30);
    private static final int READS = 2_000;

    private final Path command;
    private final Path servletJar;
    private final Path folder;
    private final int rounds;

    private Figures(Path command, Path servletJar, Path folder, int rounds) {
        this.command = command;
        this.servletJar = servletJar;
        this.folder = folder;
        this.rounds = rounds;
    }

    public static void main(String[] arguments) throws Exception {
        new Figures(
                        Path.of(arguments[0]),
                        Path.of(arguments[1]),
                        Path.of(arguments[2]),
                        Integer.parseInt(arguments[3]))
                .run();
    }

    private void run() throws Exception {
        List<String> table = new ArrayList<>();
        table.add("| figure | goal | measured |");
        table.add("| --- | --- | --- |");
        Path data = Files.createTempDirectory(folder, "bench-");

        double first;
        try (MeasuredServer server = MeasuredServer.start(command, data)) {
            first = seconds(server.startTook());
        }
        List<Double> warm = new ArrayList<>();
        for (int i = 0; i < rounds; i++) {
            try (MeasuredServer server = MeasuredServer.start(command, data)) {
                warm.add(seconds(server.startTook()));
                say("start %d: %.1f s", i + 1, warm.get(i));
            }
        }
        table.add(row("start to ready, fresh data folder", "", "%.1f s", first));
        table.add(row("start to ready, warm", "≤ 8 s", "%.1f s", median(warm)));
        table.add(row("the same on a database that runs already: the server itself", "≤ 5 s", "%.1f s", median(onRunningDatabase(data))));

        try (MeasuredServer server = MeasuredServer.start(command, data)) {
            say("idle for %d s", IDLE.toSeconds());
            Thread.sleep(IDLE.toMillis());
            table.add(row("resident memory of the JVM, idle, `-Xmx512m`", "≤ 350 MB", "%d MB", server.jvmResidentMegabytes()));
            table.add(row("resident memory of the embedded MariaDB, idle", "", "%d MB", server.databaseResidentMegabytes()));
            roundTrips(server, table);
            throughput(server, table);
            table.add(row("resident memory of the JVM after the load", "", "%d MB", server.jvmResidentMegabytes()));
        }
        System.out.println();
        table.forEach(System.out::println);
    }

    /**
     * The share of the server itself: the same start on the same data, but with the same database running already. Taking the
     * database's part off by the clock of the log would not do, since both work at the same time on the same cores.
     */
    private List<Double> onRunningDatabase(Path data) throws Exception {
        MeasuredServer first = MeasuredServer.start(command, data);
        int port = first.databasePort();
        ProcessHandle database = first.killAndLeaveDatabase();
        try {
            Map<String, String> external = Map.of(
                    "PLINTH_DB_URL", "jdbc:mariadb://127.0.0.1:" + port + "/plinth",
                    "PLINTH_DB_USER", "plinth",
                    "PLINTH_DB_PASSWORD", first.secret("database-password"));
            // Not counted: it mends what the kill has left.
            MeasuredServer.start(command, data, external).close();
            List<Double> starts = new ArrayList<>();
            for (int i = 0; i < rounds; i++) {
                try (MeasuredServer server = MeasuredServer.start(command, data, external)) {
                    starts.add(seconds(server.startTook()));
                    say("start on a running database %d: %.1f s", i + 1, starts.get(i));
                }
            }
            return starts;
        } finally {
            database.destroy();
            database.onExit().get(60, TimeUnit.SECONDS);
        }
    }

    private void throughput(MeasuredServer server, List<String> table) throws Exception {
        server.console("bundle:install -s " + servletJar.toUri());
        LoadDriver plain = new LoadDriver(server.httpPort(), "/bench/plain", "");
        LoadDriver example = new LoadDriver(server.httpPort(), "/api/v1/example", "");
        plain.run(CONNECTIONS, WARM_UP);
        example.run(CONNECTIONS, WARM_UP);
        List<Double> plainRates = new ArrayList<>();
        List<Double> exampleRates = new ArrayList<>();
        List<Double> ratios = new ArrayList<>();
        List<Double> p99 = new ArrayList<>();
        for (int i = 0; i < rounds; i++) {
            double a = plain.run(CONNECTIONS, ROUND).perSecond();
            LoadDriver.Rate rate = example.run(CONNECTIONS, ROUND);
            plainRates.add(a);
            exampleRates.add(rate.perSecond());
            ratios.add(rate.perSecond() / a);
            p99.add(rate.p99Millis());
            say("round %d: plain %.0f/s, example %.0f/s, ratio %.2f", i + 1, a, rate.perSecond(), ratios.get(i));
        }
        table.add(row("plain servlet in the same Jetty", "", "%.0f requests/s", median(plainRates)));
        table.add(row("`GET /api/v1/example`", "", "%.0f requests/s", median(exampleRates)));
        table.add(row("`GET /api/v1/example` by plain servlet", "≥ 0.40", "%.2f", median(ratios)));
        table.add(row("p99 of `GET /api/v1/example` with 32 connections", "", "%.1f ms", median(p99)));
    }

    private void roundTrips(MeasuredServer server, List<String> table) throws Exception {
        String token = server.token();
        String name = "bench" + System.nanoTime();
        String id = MeasuredServer.field(
                server.post(
                        "/api/v1/users",
                        "Bearer " + token,
                        "application/json",
                        "{\"username\":\"" + name + "\",\"email\":\"" + name + "@example.org\"}"),
                "id");
        LoadDriver read = new LoadDriver(server.httpPort(), "/api/v1/users/" + id, token);
        read.sequence(READS);
        try (DatabaseCounters counters =
                new DatabaseCounters(server.databasePort(), server.secret("database-password"))) {
            List<Double> perRead = new ArrayList<>();
            for (int i = 0; i < rounds; i++) {
                long before = counters.roundTrips();
                long start = System.nanoTime();
                read.sequence(READS);
                long took = System.nanoTime() - start;
                long busy = counters.roundTrips() - before;
                // What the server asks by itself meanwhile (relay, health) is taken off.
                before = counters.roundTrips();
                Thread.sleep(Math.max(1, took / 1_000_000));
                long idle = counters.roundTrips() - before;
                perRead.add((busy - idle) / (double) READS);
                say("round trips: %d reads cost %d, idle %d", READS, busy, idle);
            }
            table.add(row("database round trips of `GET /users/{id}`, token checked", "≤ 2", "%.2f", median(perRead)));
        }
    }

    private static String row(String figure, String goal, String format, Object value) {
        return "| " + figure + " | " + goal + " | " + String.format(Locale.ROOT, format, value) + " |";
    }

    private static void say(String format, Object... values) {
        System.err.println(String.format(Locale.ROOT, format, values));
    }

    private static double seconds(Duration duration) {
        return duration.toMillis() / 1000.0;
    }

    private static double median(List<Double> values) {
        List<Double> sorted = values.stream().sorted().toList();
        int middle = sorted.size() / 2;
        return sorted.size() % 2 == 1 ? sorted.get(middle) : (sorted.get(middle - 1) + sorted.get(middle)) / 2;
    }
}
