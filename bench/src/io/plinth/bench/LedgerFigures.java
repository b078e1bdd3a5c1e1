package io.plinth.bench;

import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.UUID;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What one commit for many brings: transfers over the server's HTTP, next to the same rules with one database transaction
 * for each, and next to the same SQL in a loop without a server; or how long a check of many rows takes.
 *
 * <p>Arguments: the home of the distribution, whose configuration is changed, a folder for data, then {@code speed} and the
 * number of rounds, or {@code check} and the number of rows, and how many committers there are.
 */
public final class LedgerFigures {
    private static final int CONNECTIONS = 32;
    private static final int ACCOUNTS = 10_000;
    private static final Duration ROUND = Duration.ofSeconds(6);
    /** A third of the CPU went into compiling after twelve seconds of load. */
    private static final Duration WARM_UP = Duration.ofSeconds(40);
    private static final Duration OPEN_LOOP = Duration.ofSeconds(20);
    /** Felix File Install looks every second; the committers restart then. */
    private static final Duration TAKE_OVER = Duration.ofSeconds(4);

    private static final int CHECK_ACCOUNTS = 1_000;
    private static final int CHECK_ROWS_A_STATEMENT = 5_000;

    private final Path home;
    private final Path folder;
    private final Random random = new Random(7);
    private final List<UUID> accounts = new ArrayList<>();
    private UUID owner = new UUID(0, 0);

    private final int committers;

    private LedgerFigures(Path home, Path folder, int committers) {
        this.home = home;
        this.folder = folder;
        this.committers = committers;
    }

    public static void main(String[] arguments) throws Exception {
        LedgerFigures figures = new LedgerFigures(
                Path.of(arguments[0]), Path.of(arguments[1]), Integer.parseInt(arguments[4]));
        int count = Integer.parseInt(arguments[3]);
        Path data = Files.createTempDirectory(figures.folder, "ledger-");
        figures.configure(Mode.TOGETHER);
        try (MeasuredServer server = MeasuredServer.start(figures.home.resolve("bin/plinth"), data)) {
            if (arguments[2].equals("check")) {
                figures.check(server, count);
            } else {
                figures.speed(server, count);
            }
        }
    }

    /** How requests become database transactions. */
    private enum Mode {
        TOGETHER(256, 0),
        /** The same threads, so that nothing differs but the size of a batch. */
        ONE_EACH(1, 0),
        /** As many transactions side by side as the pool of connections bears. */
        ONE_EACH_MANY_THREADS(1, 12);

        private final int batch;
        private final int threads;

        /** @param threads 0 for as many as there are committers otherwise */
        Mode(int batch, int threads) {
            this.batch = batch;
            this.threads = threads;
        }
    }

    private void configure(Mode mode) throws IOException {
        int threads = mode.threads == 0 ? committers : mode.threads;
        Files.writeString(
                home.resolve("etc/io.plinth.transactions.cfg"),
                "committers = " + threads + "\ncommitRequests = " + mode.batch + "\nsealMillis = 1000\n");
    }

    /** What was measured in the rounds of one row. */
    private static final class Row {
        private final List<Double> perSecond = new ArrayList<>();
        private final List<Double> serverCpu = new ArrayList<>();
        private final List<Double> databaseCpu = new ArrayList<>();
        private final List<Double> batch = new ArrayList<>();
    }

    private void speed(MeasuredServer server, int rounds) throws Exception {
        open(server, ACCOUNTS, 4_000_000_000_000_000L);
        Supplier<String> spread = () -> transfer(account(), account());
        Supplier<String> hot = () -> transfer(accounts.get(0), accounts.get(1 + random.nextInt(ACCOUNTS - 1)));
        JdbcTransfers loop = new JdbcTransfers(server.databasePort(), server.secret("database-password"), owner, accounts);
        load(server, spread).closed(CONNECTIONS, WARM_UP);
        loop.run(committers, CONNECTIONS / committers, ROUND);

        Row[] spreadRows = {new Row(), new Row(), new Row()};
        Row[] hotRows = {new Row(), new Row(), new Row()};
        Row jdbc = new Row();
        for (int i = 1; i <= rounds; i++) {
            for (Mode mode : Mode.values()) {
                configure(mode);
                Thread.sleep(TAKE_OVER.toMillis());
                measure(server, load(server, spread), spreadRows[mode.ordinal()], i + " spread " + mode);
                measure(server, load(server, hot), hotRows[mode.ordinal()], i + " hot " + mode);
            }
            jdbc.perSecond.add(loop.run(committers, CONNECTIONS / committers, ROUND));
            say("%d loop: %.0f/s", i, jdbc.perSecond.get(i - 1));
        }
        configure(Mode.TOGETHER);
        Thread.sleep(TAKE_OVER.toMillis());
        double half = median(spreadRows[0].perSecond) / 2;
        TransferLoad.Rate calm = load(server, spread).open(CONNECTIONS, OPEN_LOOP, half);

        System.out.println("| figure | goal | measured |");
        System.out.println("| --- | --- | --- |");
        rows("over 10,000 accounts", spreadRows, 3);
        row("the same SQL in a JDBC loop", "", "%.0f/s", median(jdbc.perSecond));
        row("by the JDBC loop", "≥ 0.5", "%.2f", ratio(spreadRows[0], jdbc));
        rows("through one hot, limit-checked account", hotRows, 5);
        row("p50 at half of the peak rate, open loop", "", "%.1f ms", calm.p50Millis());
        row(String.format(Locale.ROOT, "p99 at half of the peak rate (%.0f/s), open loop", half), "≤ 50 ms", "%.1f ms",
                calm.p99Millis());
        row("CPU of the server for 1,000 transfers", "", "%.2f s", median(spreadRows[0].serverCpu));
        row("CPU of the database for 1,000 transfers", "", "%.2f s", median(spreadRows[0].databaseCpu));
        say("check: %s", get(server, "/api/v1/ledger/check"));
    }

    private static void rows(String what, Row[] measured, int goal) {
        Row alone = measured[Mode.ONE_EACH.ordinal()];
        Row manyThreads = measured[Mode.ONE_EACH_MANY_THREADS.ordinal()];
        row("transfers " + what, "", "%.0f/s", median(measured[0].perSecond));
        row("transfers in a commit", "", "%.1f", median(measured[0].batch));
        row("one transaction each, as many threads", "", "%.0f/s", median(alone.perSecond));
        row("one transaction each, 12 threads", "", "%.0f/s", median(manyThreads.perSecond));
        row("together by one each, as many threads", "≥ " + goal, "%.1f", ratio(measured[0], alone));
        row("together by one each, 12 threads", "≥ " + goal, "%.1f", ratio(measured[0], manyThreads));
    }

    /** Median of the ratios of one round each, so that a slow minute of the machine counts on both sides. */
    private static double ratio(Row one, Row other) {
        List<Double> ratios = new ArrayList<>();
        for (int i = 0; i < one.perSecond.size(); i++) {
            ratios.add(one.perSecond.get(i) / other.perSecond.get(i));
        }
        return median(ratios);
    }

    private static void measure(MeasuredServer server, TransferLoad load, Row row, String what) throws Exception {
        double[] before = batches(server);
        double cpu = server.cpuSeconds("/java");
        double databaseCpu = server.cpuSeconds("mariadbd");
        TransferLoad.Rate rate = load.closed(CONNECTIONS, ROUND);
        row.perSecond.add(rate.perSecond());
        row.serverCpu.add((server.cpuSeconds("/java") - cpu) / rate.answers() * 1000);
        row.databaseCpu.add((server.cpuSeconds("mariadbd") - databaseCpu) / rate.answers() * 1000);
        double[] after = batches(server);
        row.batch.add((after[1] - before[1]) / (after[0] - before[0]));
        say("%s: %.0f/s, p50 %.1f ms, p99 %.1f ms, %.1f a commit, CPU for 1,000: server %.2f s, database %.2f s",
                what, rate.perSecond(), rate.p50Millis(), rate.p99Millis(), row.batch.get(row.batch.size() - 1),
                row.serverCpu.get(row.serverCpu.size() - 1), row.databaseCpu.get(row.databaseCpu.size() - 1));
    }

    /** Commits and the requests in them, as the server counts them. */
    private static double[] batches(MeasuredServer server) throws IOException {
        String metrics = get(server, "/metrics");
        return new double[] {
            sum(metrics, "plinth_transactions_batch_size_requests_count"),
            sum(metrics, "plinth_transactions_batch_size_requests_sum")
        };
    }

    private static double sum(String metrics, String name) {
        Matcher lines = Pattern.compile("(?m)^" + name + "(?:\\{[^}]*\\})? ([0-9.eE+-]+)$").matcher(metrics);
        double sum = 0;
        while (lines.find()) {
            sum += Double.parseDouble(lines.group(1));
        }
        return sum;
    }

    private TransferLoad load(MeasuredServer server, Supplier<String> body) throws IOException {
        return new TransferLoad(
                server.httpPort(), server.token(), () -> "bench-" + random.nextLong() + random.nextLong(), body);
    }

    private UUID account() {
        return accounts.get(random.nextInt(accounts.size()));
    }

    private static String transfer(UUID debit, UUID credit) {
        UUID other = debit.equals(credit) ? new UUID(credit.getMostSignificantBits(), debit.getLeastSignificantBits() ^ 1) : credit;
        return "{\"kind\":\"transfer\",\"debitAccountId\":\"" + debit + "\",\"creditAccountId\":\"" + other
                + "\",\"amount\":1,\"currency\":\"EUR\"}";
    }

    /** Accounts in the database, with a limit that is checked and never reached. */
    private void open(MeasuredServer server, int count, Long limit) throws Exception {
        owner = UUID.fromString(MeasuredServer.field(
                server.post("/api/v1/users", "Bearer " + server.token(), "application/json",
                        "{\"username\":\"bench\",\"email\":\"bench@example.org\"}"),
                "id"));
        for (long i = 0; i < count; i++) {
            accounts.add(new UUID(0x0190000000007000L, 0x8000000000000000L | i));
        }
        try (Connection connection = connect(server)) {
            execute(connection, "INSERT INTO accounts (id, owner_id, currency, status, overdraft_limit, created_at_micros)"
                    + " SELECT UNHEX(CONCAT('01900000000070008000', LPAD(HEX(seq), 12, '0'))), UNHEX('" + hex(owner)
                    + "'), 'EUR', 'open', " + limit + ", 1700000000000000 FROM seq_0_to_" + (count - 1));
        }
    }

    /** A journal of so many rows, one transaction to two entries, in closed formulas. */
    private void check(MeasuredServer server, int rows) throws Exception {
        open(server, CHECK_ACCOUNTS, null);
        int transactions = rows / 3 / CHECK_ACCOUNTS * CHECK_ACCOUNTS;
        long rounds = transactions / CHECK_ACCOUNTS;
        say("%d transactions are being written", transactions);
        try (Connection connection = connect(server)) {
            for (int from = 0; from < transactions; from += CHECK_ROWS_A_STATEMENT) {
                fill(connection, from, Math.min(transactions, from + CHECK_ROWS_A_STATEMENT) - 1);
            }
            execute(connection, "UPDATE accounts SET posted_debits = " + rounds + ", posted_credits = " + rounds
                    + ", last_sequence = " + 2 * rounds);
        }
        for (int i = 1; i <= 2; i++) {
            timedCheck(server, 3L * transactions, i == 1 ? "hardly any of it sealed" : "sealed");
            if (i == 1) {
                awaitSealed(server, 2L * transactions);
            }
        }
    }

    private void awaitSealed(MeasuredServer server, long entries) throws Exception {
        long start = System.nanoTime();
        long limit = start + Duration.ofMinutes(5).toNanos();
        long sealed = 0;
        while (sealed < entries && System.nanoTime() < limit) {
            Thread.sleep(1_000);
            try (Connection connection = connect(server);
                    var statement = connection.createStatement();
                    var row = statement.executeQuery("SELECT COALESCE(SUM(up_to_sequence - after_sequence), 0) FROM seals")) {
                row.next();
                sealed = row.getLong(1);
            }
        }
        say("%d of %d entries are sealed after %.0f s", sealed, entries, (System.nanoTime() - start) / 1e9);
    }

    private void timedCheck(MeasuredServer server, long rows, String what) throws Exception {
        double before = heapAfterCollection(server);
        double cpu = server.cpuSeconds("/java");
        long start = System.nanoTime();
        String answer = get(server, "/api/v1/ledger/check");
        double seconds = (System.nanoTime() - start) / 1e9;
        row(String.format(Locale.ROOT, "check of %d rows of entries and transactions, %s", rows, what), "", "%.1f s", seconds);
        row("the same for 10 million rows, in proportion", "≤ 60 s", "%.0f s",
                seconds * 10_000_000 / rows);
        row("heap afterwards, more than before", "≤ 64 MB", "%.1f MB", heapAfterCollection(server) - before);
        row("CPU of the server for it", "", "%.1f s", server.cpuSeconds("/java") - cpu);
        say("it says %s", answer);
    }

    /** Live objects: what is left after a collection. */
    private static double heapAfterCollection(MeasuredServer server) throws IOException, InterruptedException {
        server.collect();
        return sum(get(server, "/metrics"), "jvm_gc_live_data_size_bytes") / (1 << 20);
    }

    private void fill(Connection connection, int from, int to) throws SQLException {
        try (PreparedStatement transaction = connection.prepareStatement("INSERT INTO transactions (id, kind,"
                        + " debit_account_id, credit_account_id, debit_owner_id, credit_owner_id, amount, currency,"
                        + " initiator_client, created_at_micros) VALUES (?, 'transfer', ?, ?, ?, ?, 1, 'EUR', 'bench', ?)");
                PreparedStatement entry = connection.prepareStatement("INSERT INTO entries (account_id, sequence,"
                        + " transaction_id, direction, amount, balance_after, at_micros) VALUES (?, ?, ?, ?, 1, ?, ?)")) {
            for (int i = from; i <= to; i++) {
                byte[] id = bytes(new UUID(0x0191000000007000L, 0x8000000000000000L | i));
                int debit = i % CHECK_ACCOUNTS;
                int credit = (i + 1) % CHECK_ACCOUNTS;
                transaction.setBytes(1, id);
                transaction.setBytes(2, bytes(accounts.get(debit)));
                transaction.setBytes(3, bytes(accounts.get(credit)));
                transaction.setBytes(4, bytes(owner));
                transaction.setBytes(5, bytes(owner));
                transaction.setLong(6, 1_700_000_000_000_000L + i);
                transaction.addBatch();
                // In each round an account is credited by the one before and debited for the one after; the first the other
                // way round.
                long before = 2L * (i / CHECK_ACCOUNTS);
                entry(entry, accounts.get(debit), before + (debit == 0 ? 1 : 2), id, "debit", debit == 0 ? -1 : 0, i);
                entry(entry, accounts.get(credit), before + (credit == 0 ? 2 : 1), id, "credit", credit == 0 ? 0 : 1, i);
            }
            connection.setAutoCommit(false);
            transaction.executeBatch();
            entry.executeBatch();
            connection.commit();
            connection.setAutoCommit(true);
        }
    }

    private static void entry(
            PreparedStatement entry, UUID account, long sequence, byte[] id, String direction, long balance, int number)
            throws SQLException {
        entry.setBytes(1, bytes(account));
        entry.setLong(2, sequence);
        entry.setBytes(3, id);
        entry.setString(4, direction);
        entry.setLong(5, balance);
        entry.setLong(6, 1_700_000_000_000_000L + number);
        entry.addBatch();
    }

    private static byte[] bytes(UUID id) {
        return ByteBuffer.allocate(16)
                .putLong(id.getMostSignificantBits())
                .putLong(id.getLeastSignificantBits())
                .array();
    }

    private static String hex(UUID id) {
        return id.toString().replace("-", "");
    }

    private static Connection connect(MeasuredServer server) throws SQLException, IOException {
        return DriverManager.getConnection(
                "jdbc:mariadb://127.0.0.1:" + server.databasePort() + "/plinth", "plinth", server.secret("database-password"));
    }

    private static void execute(Connection connection, String sql) throws SQLException {
        try (var statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private static String get(MeasuredServer server, String path) throws IOException {
        HttpURLConnection connection = (HttpURLConnection)
                URI.create("http://127.0.0.1:" + server.httpPort() + path).toURL().openConnection();
        connection.setRequestProperty("Authorization", "Bearer " + server.token());
        if (connection.getResponseCode() != 200) {
            throw new IOException(path + " answered " + connection.getResponseCode());
        }
        return new String(connection.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }

    private static void row(String figure, String goal, String format, double value) {
        System.out.println("| " + figure + " | " + goal + " | " + String.format(Locale.ROOT, format, value) + " |");
    }

    private static void say(String format, Object... values) {
        System.err.println(String.format(Locale.ROOT, format, values));
    }

    private static double median(List<Double> values) {
        List<Double> sorted = values.stream().sorted().toList();
        int middle = sorted.size() / 2;
        return sorted.size() % 2 == 1 ? sorted.get(middle) : (sorted.get(middle - 1) + sorted.get(middle)) / 2;
    }
}
