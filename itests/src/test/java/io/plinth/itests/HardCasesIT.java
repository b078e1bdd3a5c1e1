package io.plinth.itests;

import static io.plinth.itests.harness.CapabilitySource.capability;
import static io.plinth.itests.harness.CapabilitySource.greeter;
import static io.plinth.itests.harness.CapabilitySource.greeting;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.plinth.itests.harness.Call;
import io.plinth.itests.harness.CapabilitySource;
import io.plinth.itests.harness.EventStream;
import io.plinth.itests.harness.Eventually;
import io.plinth.itests.harness.Http;
import io.plinth.itests.harness.Load;
import io.plinth.itests.harness.Neighbours;
import io.plinth.itests.harness.Operations;
import io.plinth.itests.harness.Operations.Operation;
import io.plinth.itests.harness.PlinthServer;
import io.plinth.itests.harness.Reply;
import io.plinth.itests.harness.ServerLogOnFailure;
import io.plinth.itests.harness.SlowUpload;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.extension.ExtendWith;

/** What goes wrong with new versions, and what is on its way while they come. Each test has a slot of its own. */
@ExtendWith(ServerLogOnFailure.class)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class HardCasesIT {
    private static final Duration SOON = Duration.ofSeconds(30);
    private static PlinthServer server;
    private static Operations operations;
    private static Neighbours neighbours;
    private static Http http;
    private static String leaking = "";
    private static String clean = "";

    @BeforeAll
    static void start() {
        server = PlinthServer.start("hardcases", Map.of());
        operations = new Operations(server);
        neighbours = Neighbours.watch(server);
        http = server.http();
        beginLeakChecks();
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    /** Of all kinds: a request that the old version has accepted is answered by it, however long it takes. */
    @Test
    void requestsInFlightOutliveTheirVersion() throws Exception {
        operations.installed(inFlight("flight", "1.0.0"));
        List<CompletableFuture<Reply>> answers = List.of(
                http.get("/api/v1/flight/slow?millis=30000")
                        .timeout(Duration.ofSeconds(60))
                        .begin(),
                http.callHttp2("GET", "/api/v1/flight/slow?millis=20000").begin(),
                http.callPlain("GET", "/api/v1/flight/later?millis=15000").begin(),
                http.callHttp2("GET", "/api/v1/flight/later?millis=10000").begin(),
                http.get("/api/v1/flight/lines?count=150").begin());
        // Compiling and signing the next version takes longer than it takes them to be in flight.
        String location = operations.begin(inFlight("flight", "1.1.0"), "?probation=0");
        operations.awaitStep(location, "drain");
        assertThat(operations.greeting("flight")).isEqualTo(greeting("flight", "1.1.0"));
        assertThat(answers).noneMatch(CompletableFuture::isDone);
        for (CompletableFuture<Reply> answer : answers) {
            Reply reply = answer.get(60, TimeUnit.SECONDS);
            assertThat(reply.status()).as(reply.toString()).isEqualTo(200);
            assertThat(reply.text().lines().distinct()).containsExactly(greeting("flight", "1.0.0"));
        }
        operations.await(location).expect("succeeded");
    }

    @Test
    void bodiesStillUploadingAreTakenWhole() {
        operations.installed(inFlight("upload", "1.0.0"));
        List<SlowUpload> uploads = List.of(
                SlowUpload.begin(http.post("/api/v1/upload/upload")).send(40_000),
                SlowUpload.begin(http.callHttp2("POST", "/api/v1/upload/upload"))
                        .send(40_000),
                SlowUpload.begin(http.callPlain("POST", "/api/v1/upload/upload"))
                        .send(40_000));
        // Each has sent more than the server holds back.
        Eventually.within(SOON, () -> assertThat(
                        Long.parseLong(http.get("/api/v1/upload/upload").send().text()))
                .isGreaterThan(90_000));
        String location = operations.begin(inFlight("upload", "1.1.0"), "?probation=0");
        operations.awaitStep(location, "drain");
        assertThat(operations.greeting("upload")).isEqualTo(greeting("upload", "1.1.0"));
        for (SlowUpload upload : uploads) {
            Reply reply = upload.send(40_000).finish();
            assertThat(reply.text()).isEqualTo(greeting("upload", "1.0.0") + ": 80000");
            assertThat(reply.status()).isEqualTo(200);
        }
        operations.await(location).expect("succeeded");
    }

    @Test
    void eventStreamsEndCleanlyAndComeBackToTheNewVersion() throws Exception {
        operations.installed(inFlight("ticks", "1.0.0"));
        try (EventStream one = EventStream.open(endless(http.get("/api/v1/ticks/ticks")));
                EventStream two = EventStream.open(endless(http.callHttp2("GET", "/api/v1/ticks/ticks")))) {
            for (EventStream stream : List.of(one, two)) {
                Eventually.within(SOON, () -> assertThat(stream.events()).contains(greeting("ticks", "1.0.0")));
            }
            long start = System.nanoTime();
            String location = operations.begin(inFlight("ticks", "1.1.0"), "?probation=0");
            for (EventStream stream : List.of(one, two)) {
                assertThat(stream.end().get(40, TimeUnit.SECONDS)).isEqualTo("clean");
                assertThat(stream.events()).containsOnly(greeting("ticks", "1.0.0"));
            }
            System.out.println("event streams ended after "
                    + Duration.ofNanos(System.nanoTime() - start).toMillis() + " ms");
            Operation operation = operations.await(location).expect("succeeded");
            // They were told to go: nobody waited for the limit of the drain.
            assertThat(operation.step("drain").path("tookMillis").asLong()).isLessThan(10_000);
        }
        try (EventStream again = EventStream.open(endless(http.get("/api/v1/ticks/ticks")))) {
            assertThat(again.status()).isEqualTo(200);
            Eventually.within(SOON, () -> assertThat(again.events()).contains(greeting("ticks", "1.1.0")));
        }
    }

    /** Users and transactions in small: an API bundle and its provider in one package, a consumer in another. */
    @Test
    void aConsumerIsNotRestartedWithItsProvider() throws Exception {
        Path api = CapabilitySource.bundle("org.example.teller.api", "1.0.0")
                .source("Teller")
                .source("TellerPackage", "version", "1.0.0")
                .jar();
        installKar("teller", "1.0.0", api);
        operations.installed(greeterless("asker", "1.0.0", api));
        JsonNode before = ask(0).json();
        assertThat(before.path("told").asText()).isEqualTo(greeting("teller", "1.0.0"));
        Neighbours.Snapshot snapshot = neighbours.snapshot("teller");

        try (Load load = new Load()
                .with(200, () -> http.get("/api/v1/asker"))
                .with(200, () -> http.get("/api/v1/asker?millis=300"))
                .with(200, () -> http.get("/api/v1/teller"))) {
            load.awaitMore(100);
            // A call through the service that begins in the old version and ends after the flip.
            CompletableFuture<Reply> call =
                    http.get("/api/v1/asker?millis=8000").begin();
            load.awaitMore(20);
            String location = operations.taken(operations.post(kar("teller", "1.1.0", api), "?probation=0"));
            operations.awaitStep(location, "drain");
            Reply answer = call.get(60, TimeUnit.SECONDS);
            assertThat(answer.status()).as(answer.toString()).isEqualTo(200);
            operations.await(location).expect("succeeded");
            load.awaitMore(100);
            load.stop();
            assertThat(load.failures()).isEmpty();
        }
        JsonNode after = ask(0).json();
        assertThat(after.path("told").asText()).isEqualTo(greeting("teller", "1.1.0"));
        assertThat(after.path("instance")).isEqualTo(before.path("instance"));
        neighbours.snapshot("teller").assertSameAs(snapshot);
    }

    @Test
    void whatThrowsInActivateIsTakenBack() {
        Operation operation =
                assertTakenBack("barn", greeter("barn", "1.1.0").source("ThrowsInActivate"), "rolled-back");
        assertThat(operation.reason() + operation.json().path("details"))
                .contains("ThrowsInActivate")
                .contains("the barn is on fire");
        assertThat(operation.reason()).contains("barn 1.1.0");
    }

    @Test
    void whatHangsInActivateIsTakenBack() {
        Operation operation = assertTakenBack(
                "hangs", greeter("hangs", "1.1.0").source("HangsInActivate", "millis", Long.MAX_VALUE), "rolled-back");
        assertThat(operation.reason()).contains("hangs 1.1.0", "has not started");
    }

    /** The control of the one before: what is slow, but comes, is waited for. */
    @Test
    void whatActivatesSlowlyIsWaitedFor() {
        operations.installed(greeter("slowly", "1.0.0"));
        operations.installed(greeter("slowly", "1.1.0").source("HangsInActivate", "millis", 3_000));
        operations.assertServes("slowly", "1.1.0");
    }

    @Test
    void whatIsNotHealthyIsTakenBack() {
        Operation operation = assertTakenBack(
                "sick", greeter("sick", "1.1.0").source("UnhealthyFor", "millis", Integer.MAX_VALUE), "rolled-back");
        assertThat(operation.stepState("health")).isEqualTo("failed");
        assertThat(operation.stepState("swap")).isIn("pending", "skipped");
        assertThat(operation.reason() + operation.json().path("details")).contains("the hay is wet");
    }

    @Test
    void whatGetsHealthyIsWaitedFor() {
        operations.installed(greeter("convalescent", "1.0.0"));
        operations.installed(greeter("convalescent", "1.1.0").source("UnhealthyFor", "millis", 2_000));
        operations.assertServes("convalescent", "1.1.0");
    }

    @Test
    void whatFailsOneInTenIsTakenBackByItself() {
        operations.installed(greeter("tenth", "1.0.0").source("OneInTen", "failsOneIn", 0));
        Load sometimes = new Load()
                .with(200, () -> http.get("/api/v1/tenth/sometimes"))
                .with(200, () -> http.callHttp2("GET", "/api/v1/tenth/sometimes"));
        try (sometimes;
                Load always = new Load().with(200, () -> http.get("/api/v1/example"))) {
            sometimes.awaitMore(300);
            assertThat(sometimes.failures()).isEmpty();
            String location =
                    operations.begin(greeter("tenth", "1.1.0").source("OneInTen", "failsOneIn", 10), "?probation=30");
            Operation operation = operations.await(location).expect("rolled-back");
            operations.assertServes("tenth", "1.0.0");
            int failed = sometimes.failures().size();
            assertThat(failed).isPositive();
            System.out.println("one in ten: " + failed + " failures until it was taken back: " + operation.reason());
            sometimes.awaitMore(200);
            sometimes.stop();
            always.stop();
            // Requests on their way at that moment may still end in the version that was given up.
            assertThat(sometimes.failures().size()).isLessThanOrEqualTo(failed + 2);
            assertThat(always.failures()).isEmpty();
            assertThat(operation.stepState("probation")).isEqualTo("failed");
            assertThat(operation.reason()).contains("tenth 1.1.0");
        }
    }

    /** The control: as long as one request in ten always failed, it is not the new version's fault. */
    @Test
    void whatFailedBeforeIsNoReason() {
        operations.installed(greeter("always", "1.0.0").source("OneInTen", "failsOneIn", 10));
        try (Load load = new Load().with(200, () -> http.get("/api/v1/always/sometimes"))) {
            load.awaitMore(300);
            operations
                    .install(greeter("always", "1.1.0").source("OneInTen", "failsOneIn", 10), "?probation=3")
                    .expect("succeeded");
        }
        operations.assertServes("always", "1.1.0");
    }

    /** Last, since the check takes its time: it was begun before all others. */
    @Test
    @Order(Integer.MAX_VALUE)
    void aLeakedThreadIsNamed() {
        String leak = operations.leakChecked(leaking).leak();
        System.out.println("leaked thread: " + leak);
        assertThat(leak).contains("leakthread-forgotten");
        assertThat(leakedRevisions()).isEqualTo(1);
    }

    /** The control: a version that leaks nothing, used in every way, is collected. */
    @Test
    @Order(Integer.MAX_VALUE)
    void whatLeaksNothingIsCollected() {
        assertThat(operations.leakChecked(clean).leak()).startsWith("none");
    }

    @Test
    void aMigrationThatFailsChangesNothing() {
        operations.installed(notes("badsql", "1.0.0"));
        assertThat(addNote("badsql")).isEqualTo(200);
        Operation operation = assertFailed(
                "badsql",
                notes("badsql", "1.1.0")
                        .resource("db/migration/V2__wrong.sql", "ALTER TABLE no_such_table ADD COLUMN more INT NULL"));
        assertThat(operation.reason() + operation.json().path("details")).contains("V2__wrong.sql");
        assertThat(operation.stepState("migrate")).isEqualTo("failed");
        assertThat(addNote("badsql")).isEqualTo(200);
        // And a right one can follow.
        operations.installed(notes("badsql", "1.2.0")
                .resource("db/migration/V2__right.sql", "ALTER TABLE ${name}_note ADD COLUMN more INT NULL"));
        assertThat(addNote("badsql")).isEqualTo(200);
        assertThat(http.get("/api/v1/badsql/notes").send().text()).isEqualTo("3");
    }

    @Test
    void aMigrationThatTakesAwayIsRefused() {
        operations.installed(notes("drops", "1.0.0"));
        Path file = operations.signed(notes("drops", "1.1.0")
                .resource("db/migration/V2__drop.sql", "ALTER TABLE ${name}_note DROP COLUMN text")
                .jar());
        Reply reply = operations.post(file, "?probation=0");
        String said;
        if (reply.status() == 202) {
            Operation operation = operations.await(operations.taken(reply));
            assertThat(operation.state()).isIn("refused", "rolled-back");
            said = operation.reason() + operation.json().path("details");
        } else {
            assertThat(reply.status()).as(reply.toString()).isEqualTo(422);
            said = reply.text();
        }
        assertThat(said).contains("V2__drop.sql").contains("drops a column");
        assertThat(addNote("drops")).isEqualTo(200);
        assertThat(operations.version("drops")).isEqualTo("1.0.0");
    }

    @Test
    void aMigrationRunsBesideTheOldVersion() {
        operations.installed(notes("widen", "1.0.0"));
        try (Load load = new Load()
                .with(200, () -> http.post("/api/v1/widen/notes").body("text/plain", "n".getBytes()))
                .with(200, () -> http.get("/api/v1/widen/notes"))) {
            load.awaitMore(50);
            operations.installed(notes("widen", "1.1.0")
                    .resource("db/migration/V2__more.sql", "ALTER TABLE ${name}_note ADD COLUMN more INT NULL"));
            load.awaitMore(50);
            load.stop();
            assertThat(load.failures()).isEmpty();
        }
    }

    /** Installs a version, fails to upgrade it under load, and finds everything as it was. */
    private static Operation assertTakenBack(String name, CapabilitySource bad, String state) {
        operations.installed(greeter(name, "1.0.0"));
        try (Load load = new Load()
                .with(200, () -> http.get("/api/v1/" + name))
                .with(200, () -> http.callHttp2("GET", "/api/v1/" + name))
                .with(200, () -> http.get("/api/v1/example"))) {
            Neighbours.Snapshot before = neighbours.snapshot(name);
            List<Long> bundles = operations.bundles(name);
            long start = System.nanoTime();
            Operation operation = operations.install(bad, "?probation=0").expect(state);
            System.out.println(name + " taken back after "
                    + Duration.ofNanos(System.nanoTime() - start).toMillis() + " ms: " + operation.reason());
            load.stop();
            assertThat(load.failures()).isEmpty();
            operations.assertServes(name, "1.0.0");
            assertThat(operations.bundles(name)).isEqualTo(bundles);
            neighbours.snapshot(name).assertSameAs(before);
            assertThat(operation.reason()).isNotBlank().doesNotContain("\n");
            assertThat(neighbours.bundlesOf(name)).hasSize(1).allMatch(bundle -> bundle.contains(" 1.0.0 "));
            return operation;
        }
    }

    private static Operation assertFailed(String name, CapabilitySource bad) {
        Operation operation = operations.install(bad, "?probation=0");
        assertThat(operation.state()).as(operation.json().toPrettyString()).isIn("refused", "rolled-back");
        operations.assertServes(name, "1.0.0");
        return operation;
    }

    /** Upgrades two capabilities, one of which leaks; what became of their class loaders is asked at the end. */
    private static void beginLeakChecks() {
        operations.installed(inFlight("clean", "1.0.0"));
        assertThat(http.get("/api/v1/clean/later?millis=10").send().status()).isEqualTo(200);
        assertThat(http.get("/api/v1/clean/lines?count=1").send().status()).isEqualTo(200);
        assertThat(http.post("/api/v1/clean")
                        .json(Map.of("message", "x"))
                        .send()
                        .status())
                .isEqualTo(200);
        operations.installed(greeter("leakthread", "1.0.0").source("LeaksThread"));
        leaking = operations.begin(greeter("leakthread", "1.1.0"), "?probation=0");
        clean = operations.begin(inFlight("clean", "1.1.0"), "?probation=0");
        operations.await(leaking).expect("succeeded");
        operations.await(clean).expect("succeeded");
    }

    private static double leakedRevisions() {
        Reply reply = http.get("/metrics").token(http.admin()).send();
        return reply.text()
                .lines()
                .filter(line -> line.startsWith("plinth_capability_leaked_revisions"))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
                .sum();
    }

    private static CapabilitySource inFlight(String name, String version) {
        return greeter(name, version)
                .source("Slow")
                .source("Upload")
                .source("Ticks")
                .source("Later")
                .source("Streaming");
    }

    private static CapabilitySource notes(String name, String version) {
        return greeter(name, version)
                .source("Notes")
                .resource(
                        "db/migration/V1__note.sql",
                        "CREATE TABLE ${name}_note (id BIGINT AUTO_INCREMENT PRIMARY KEY, text VARCHAR(99))");
    }

    private static CapabilitySource greeterless(String name, String version, Path api) {
        return capability(name, version).source("Asker").against(api);
    }

    private static Path kar(String name, String version, Path api) {
        Path provider =
                greeter(name, version).source("TellerService").against(api).jar();
        return operations.signed(CapabilitySource.kar(name, api, provider));
    }

    private static void installKar(String name, String version, Path api) {
        operations
                .await(operations.taken(operations.post(kar(name, version, api), "?probation=0")))
                .expect("succeeded");
    }

    private static Reply ask(long millis) {
        Reply reply = http.get("/api/v1/asker?millis=" + millis).send();
        assertThat(reply.status()).as(reply.toString()).isEqualTo(200);
        return reply;
    }

    private static int addNote(String name) {
        return http.post("/api/v1/" + name + "/notes")
                .body("text/plain", "n".getBytes())
                .send()
                .status();
    }

    private static Call endless(Call call) {
        return call.timeout(Duration.ofSeconds(60));
    }
}
