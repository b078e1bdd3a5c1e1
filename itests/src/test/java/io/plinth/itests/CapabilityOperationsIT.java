package io.plinth.itests;

import static io.plinth.itests.harness.CapabilitySource.capability;
import static io.plinth.itests.harness.CapabilitySource.greeter;
import static io.plinth.itests.harness.CapabilitySource.greeting;
import static io.plinth.itests.harness.Problems.assertProblem;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.plinth.itests.harness.CapabilitySource;
import io.plinth.itests.harness.Distribution;
import io.plinth.itests.harness.Eventually;
import io.plinth.itests.harness.Http;
import io.plinth.itests.harness.Load;
import io.plinth.itests.harness.Neighbours;
import io.plinth.itests.harness.Operations;
import io.plinth.itests.harness.Operations.Operation;
import io.plinth.itests.harness.PlinthServer;
import io.plinth.itests.harness.Reply;
import io.plinth.itests.harness.ServerLogOnFailure;
import io.plinth.itests.harness.Tampering;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * A capability made outside of this repository goes in, is upgraded, canaried, rolled back and removed while the server
 * serves. Each test has a slot of its own.
 */
@ExtendWith(ServerLogOnFailure.class)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class CapabilityOperationsIT {
    private static final Duration SOON = Duration.ofSeconds(30);
    private static final Duration ROLLBACK_MAX = Duration.ofSeconds(1);
    private static PlinthServer server;
    private static Operations operations;
    private static Neighbours neighbours;
    private static String leaking = "";

    @BeforeAll
    static void start() {
        server = PlinthServer.start("operations", Map.of());
        operations = new Operations(server);
        neighbours = Neighbours.watch(server);
        operations.installed(greeter("leakstatic", "1.0.0").source("LeaksThroughStatic"));
        leaking = operations.begin(greeter("leakstatic", "1.1.0"), "?probation=0");
        operations.await(leaking).expect("succeeded");
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @Test
    void installsWhatWasMadeOutside() {
        assertThat(server.http().get("/api/v1/calf").send().status()).isEqualTo(404);
        Operation operation = operations.install(greeter("calf", "1.0.0"), "?probation=0");
        operation.expect("succeeded");
        assertThat(operation.json().path("kind").asText()).isEqualTo("install");
        assertThat(operation.json().path("capability").asText()).isEqualTo("calf");
        assertThat(operation.json().path("toVersion").asText()).isEqualTo("1.0.0");
        for (JsonNode step : operation.json().path("steps")) {
            assertThat(step.path("state").asText()).as(step.toString()).isIn("succeeded", "skipped");
        }
        operations.assertServes("calf", "1.0.0");
        assertThat(operations.capability("calf").path("bundles").size()).isEqualTo(1);
        assertThat(operations.capability("calf").path("previousVersion").isNull())
                .isTrue();
        assertThat(server.http().get("/openapi.json").send().text()).contains("/api/v1/calf");
    }

    @Test
    void aPlanChangesNothing() {
        operations.installed(greeter("plan", "1.0.0"));
        Neighbours.Snapshot before = neighbours.snapshot("plan");
        List<String> bundles = neighbours.bundlesOf("plan");
        Path next = operations.signed(greeter("plan", "1.1.0")
                .resource("db/migration/V1__plan.sql", "CREATE TABLE plan_it (id INT PRIMARY KEY)")
                .jar());
        Reply reply = operations.post(next, "?dryRun=true");
        assertThat(reply.status()).as(reply.toString()).isEqualTo(200);
        JsonNode plan = reply.json();
        assertThat(plan.path("capability").asText()).isEqualTo("plan");
        assertThat(plan.path("fromVersion").asText()).isEqualTo("1.0.0");
        assertThat(plan.path("version").asText()).isEqualTo("1.1.0");
        assertThat(plan.path("install").toString()).contains("org.example.plan 1.1.0");
        assertThat(plan.path("stop").toString()).contains("org.example.plan 1.0.0");
        assertThat(plan.path("refresh").size()).isZero();
        assertThat(plan.path("missing").size()).isZero();
        assertThat(plan.path("migrations").toString()).contains("V1__plan.sql");
        neighbours.snapshot("plan").assertSameAs(before);
        assertThat(neighbours.bundlesOf("plan")).isEqualTo(bundles).hasSize(1);
        operations.assertServes("plan", "1.0.0");
    }

    @Test
    void aPlanNamesWhatIsMissing() {
        Path nowhere = CapabilitySource.bundle("org.example.nowhere", "2.0.0")
                .source("Nowhere")
                .header("Export-Package", "org.example.nowhere;version=2.0.0")
                .jar();
        Path file = operations.signed(
                greeter("lost", "1.0.0").source("NeedsNowhere").against(nowhere).jar());
        JsonNode problem = assertRefused(operations.post(file, ""));
        assertThat(problem.path("detail").asText()).contains("lost 1.0.0", "org.example.nowhere", "2.0");
        assertThat(operations.capability("lost").isMissingNode()).isTrue();
    }

    @Test
    void namesTheVersionThatTheServerHas() {
        Path file = operations.signed(greeter("newer", "1.4.0")
                .header("Import-Package", "io.plinth.tx;version=\"[7.0,8)\",!org.jspecify.annotations,*")
                .jar());
        String detail = assertRefused(operations.post(file, "")).path("detail").asText();
        assertThat(detail).contains("newer 1.4.0", "io.plinth.tx", "7.0", "1.0.0");
    }

    @Test
    void tenSwapsUnderLoadFailNothingAndTouchNobody() {
        operations.installed(greeter("ten", "1.0.0"));
        List<String> begun = new ArrayList<>();
        try (Load load = load("ten")) {
            load.awaitMore(300);
            Neighbours.Snapshot before = neighbours.snapshot("ten");
            for (int i = 1; i <= 5; i++) {
                String location = operations.begin(greeter("ten", "1.0." + i), "?probation=60");
                begun.add(location);
                Operation watched = operations.awaitStep(location, "probation");
                assertThat(watched.isRunning())
                        .as(watched.json().toPrettyString())
                        .isTrue();
                assertThat(operations.greeting("ten")).isEqualTo(greeting("ten", "1.0." + i));
                load.awaitMore(100);
                operations.rollback("ten").expect("succeeded");
                assertThat(operations.greeting("ten")).isEqualTo(greeting("ten", "1.0.0"));
                load.awaitMore(100);
            }
            load.stop();
            neighbours.snapshot("ten").assertSameAs(before);
            System.out.println("ten swaps: " + load.answered() + " requests, slowest "
                    + load.slowest().toMillis() + " ms, failures " + load.failures());
            assertThat(load.failures()).isEmpty();
        }
        begun.forEach(location -> operations.await(location).expect("rolled-back"));
        operations.assertServes("ten", "1.0.0");
    }

    /** The control of the swaps: the version's bundle alone, put in place of the old one, is missed by the same load. */
    @Test
    void theSameLoadSeesAnUpdateWithoutASlot() throws IOException {
        operations.installed(greeter("control", "1.0.0"));
        Path broken = greeter("control", "1.0.1").source("ThrowsInActivate").jar();
        try (Load load = load("control")) {
            load.awaitMore(100);
            long bundle = operations.bundles("control").get(0);
            server.plinth("console", "bundle:update " + bundle + " " + broken.toUri());
            Eventually.within(
                    Duration.ofSeconds(60), () -> assertThat(load.failures()).isNotEmpty());
            load.stop();
            assertThat(load.failures()).allMatch(failure -> failure.startsWith("503") || failure.startsWith("404"));
        } finally {
            operations.remove("control");
        }
    }

    @Test
    void canaryDividesTheCallersAndEndsWithAll() {
        operations.installed(greeter("canary", "1.0.0"));
        String location = operations.begin(greeter("canary", "1.1.0"), "?strategy=canary&probation=2");
        Set<String> seen = new HashSet<>();
        try (Load load = load("canary")) {
            operations.awaitStep(location, "canary-50");
            // Half of the callers; the same caller always gets the same version.
            List<String> tokens = new ArrayList<>();
            for (int i = 0; i < 12; i++) {
                Http http = server.http();
                tokens.add(http.token(http.createClient("canary-" + i, List.of("service"), Map.of())));
            }
            for (String token : tokens) {
                Set<String> ofOne = new HashSet<>();
                for (int i = 0;
                        i < 5 && operations.get(location).stepState("swap").equals("pending");
                        i++) {
                    ofOne.add(server.http()
                            .get("/api/v1/canary")
                            .token(token)
                            .send()
                            .json()
                            .path("message")
                            .asText());
                }
                if (operations.get(location).stepState("swap").equals("pending")) {
                    assertThat(ofOne).hasSizeLessThanOrEqualTo(1);
                    seen.addAll(ofOne);
                }
            }
            Operation operation = operations.await(location).expect("succeeded");
            load.stop();
            assertThat(load.failures()).isEmpty();
            assertThat(operation.json().path("strategy").asText()).isEqualTo("canary");
            for (String step : List.of("canary-1", "canary-10", "canary-50", "swap")) {
                assertThat(operation.stepState(step)).as(step).isEqualTo("succeeded");
            }
        }
        assertThat(seen).isSubsetOf(greeting("canary", "1.0.0"), greeting("canary", "1.1.0"));
        operations.assertServes("canary", "1.1.0");
    }

    @Test
    void rollsBackByHandWithinASecond() {
        operations.installed(greeter("back", "1.0.0"));
        String upgrade = operations.begin(greeter("back", "1.1.0"), "?probation=60");
        operations.awaitStep(upgrade, "probation");
        assertThat(operations.greeting("back")).isEqualTo(greeting("back", "1.1.0"));

        long start = System.nanoTime();
        String location = operations.taken(operations.postRollback("back"));
        while (!operations.greeting("back").equals(greeting("back", "1.0.0"))) {
            assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(SOON);
        }
        Duration took = Duration.ofNanos(System.nanoTime() - start);
        System.out.println("rollback by hand: " + took.toMillis() + " ms");
        assertThat(took).isLessThanOrEqualTo(ROLLBACK_MAX);

        Operation rollback = operations.await(location).expect("succeeded");
        assertThat(rollback.json().path("kind").asText()).isEqualTo("rollback");
        operations.await(upgrade).expect("rolled-back");
        operations.assertServes("back", "1.0.0");
        assertThat(operations.capability("back").path("previousVersion").asText())
                .isEqualTo("1.1.0");
    }

    @Test
    void rollsBackAfterTheProbationToo() {
        operations.installed(greeter("late", "1.0.0"));
        operations.installed(greeter("late", "1.1.0"));
        operations.assertServes("late", "1.1.0");
        assertThat(operations.capability("late").path("previousVersion").asText())
                .isEqualTo("1.0.0");
        operations.rollback("late").expect("succeeded");
        operations.assertServes("late", "1.0.0");
        assertThat(operations.capability("late").path("previousVersion").asText())
                .isEqualTo("1.1.0");
    }

    @Test
    void nothingToRollBackTo() {
        operations.installed(greeter("first", "1.0.0"));
        assertThat(operations.postRollback("first").status()).isEqualTo(409);
        assertThat(operations.postRollback("unheard").status()).isEqualTo(404);
        assertThat(operations.delete("unheard").status()).isEqualTo(404);
        assertThat(operations.delete("issuer").status()).isEqualTo(409);
        operations.assertServes("first", "1.0.0");
    }

    @Test
    void removesUnderLoad() {
        operations.installed(greeter("gone", "1.0.0"));
        Path kept = greeter("gone", "1.0.1").jar();
        try (Load others = new Load().with(200, () -> server.http().get("/api/v1/example"));
                Load load = new Load()
                        .with(200, () -> server.http().get("/api/v1/gone"))
                        .with(200, () -> server.http().callHttp2("GET", "/api/v1/gone"))) {
            load.awaitMore(100);
            assertThat(load.failures()).isEmpty();
            operations.remove("gone").expect("succeeded");
            load.awaitMore(20);
            load.stop();
            others.stop();
            assertThat(others.failures()).isEmpty();
            // Nothing but 404, and no request that was cut off.
            assertThat(load.failures()).isNotEmpty().allMatch(failure -> failure.startsWith("404"));
        }
        assertProblem(server.http().get("/api/v1/gone").send(), 404, "not-found");
        assertThat(operations.capability("gone").isMissingNode()).isTrue();
        assertThat(server.http().get("/openapi.json").send().text()).doesNotContain("/api/v1/gone");
        // And it may come back.
        operations
                .await(operations.taken(operations.post(operations.signed(kept), "?probation=0")))
                .expect("succeeded");
        operations.assertServes("gone", "1.0.1");
    }

    @Test
    void twoAtOnceRunOneAfterTheOther() {
        operations.installed(greeter("twice", "1.0.0"));
        Path first = operations.signed(greeter("twice", "1.1.0")
                .source("UnhealthyFor", "millis", 1_000)
                .jar());
        Path second = operations.signed(greeter("twice", "1.2.0").jar());
        try (Load load = load("twice")) {
            String one = operations.taken(operations.post(first, "?probation=1"));
            Reply reply = operations.post(second, "?probation=1");
            if (reply.status() == 202) {
                operations.await(operations.taken(reply)).expect("succeeded");
            } else {
                assertThat(reply.status()).as(reply.toString()).isIn(409, 503);
            }
            operations.await(one).expect("succeeded");
            load.stop();
            assertThat(load.failures()).isEmpty();
            operations.assertServes("twice", reply.status() == 202 ? "1.2.0" : "1.1.0");
        }
    }

    @Test
    void twoCapabilitiesAtOnce() {
        operations.installed(greeter("left", "1.0.0"));
        operations.installed(greeter("right", "1.0.0"));
        Path left = operations.signed(greeter("left", "1.1.0").jar());
        Path right = operations.signed(greeter("right", "1.1.0").jar());
        try (Load load = load("left").with(200, () -> server.http().get("/api/v1/right"))) {
            String one = operations.taken(operations.post(left, "?probation=1"));
            String other = operations.taken(operations.post(right, "?probation=1"));
            operations.await(one).expect("succeeded");
            operations.await(other).expect("succeeded");
            load.stop();
            assertThat(load.failures()).isEmpty();
        }
        operations.assertServes("left", "1.1.0");
        operations.assertServes("right", "1.1.0");
    }

    @Test
    void refusesWhatIsNotSigned() throws IOException {
        assertRefused(operations.post(greeter("unsigned", "1.0.0").jar(), ""));
        // Signed, and one byte of a class changed after that.
        Path file = operations.signed(greeter("tampered", "1.0.0").jar());
        Path tampered = Tampering.changedEntry(file, "org/example/tampered/internal/Greeter.class");
        assertRefused(operations.post(tampered, ""));
        Path more = Tampering.addedEntry(file, "org/example/tampered/internal/More.class");
        assertRefused(operations.post(more, ""));
        // By a key of somebody else: that of another server.
        Path stranger = greeter("stranger", "1.0.0").jar();
        Tampering.signedByAnother(server, stranger);
        assertRefused(operations.post(stranger, ""));
        for (String name : List.of("unsigned", "tampered", "stranger")) {
            assertThat(operations.capability(name).isMissingNode()).isTrue();
            assertThat(server.http().get("/api/v1/" + name).send().status()).isEqualTo(404);
        }
    }

    @Test
    void refusesABombForItsSize() throws IOException {
        Path bomb = Distribution.freshFolder("bomb").resolve("bomb.jar");
        try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(bomb))) {
            zip.putNextEntry(new ZipEntry("zeros"));
            for (int i = 0; i < 500; i++) {
                zip.write(new byte[1 << 20]);
            }
        }
        assertThat(Files.size(bomb)).isLessThan(1 << 20);
        for (String query : List.of("", "?dryRun=true")) {
            assertThat(assertRefused(operations.post(bomb, query))
                            .path("detail")
                            .asText())
                    .contains("100 times its length");
        }
    }

    @Test
    void refusesWhatIsNoCapability() throws IOException {
        Path folder = Distribution.freshFolder("broken");
        Path noZip = Files.write(folder.resolve("text.jar"), "this is no zip".getBytes());
        assertRefused(operations.post(noZip, ""));
        Path whole = operations.signed(greeter("half", "1.0.0").jar());
        byte[] bytes = Files.readAllBytes(whole);
        Path half = Files.write(folder.resolve("half.jar"), java.util.Arrays.copyOf(bytes, bytes.length / 2));
        assertRefused(operations.post(half, ""));
        Path noHeader = operations.signed(CapabilitySource.bundle("org.example.plain", "1.0.0")
                .value("name", "plain")
                .value("greeting", "plain")
                .source("Greeter")
                .header("Private-Package", "org.example.plain.*")
                .jar());
        assertThat(assertRefused(operations.post(noHeader, "")).path("detail").asText())
                .contains("Plinth-Capability");
        assertRefused(operations.post(
                operations.signed(
                        greeter("part", "1.0.0").attribute("part", "platform").jar()),
                ""));
        // The path of another capability.
        assertRefused(operations.post(
                operations.signed(capability("thief", "1.0.0")
                        .source("Greeter")
                        .header("Plinth-Capability", "thief;paths=\"/api/v1/users\"")
                        .jar()),
                ""));
    }

    @Test
    void refusesToGoDown() {
        operations.installed(greeter("down", "2.0.0"));
        String detail = assertRefused(operations.post(
                        operations.signed(greeter("down", "1.9.0").jar()), ""))
                .path("detail")
                .asText();
        assertThat(detail).contains("1.9.0", "2.0.0");
        // The same version with other content is no upgrade either.
        assertRefused(operations.post(
                operations.signed(
                        greeter("down", "2.0.0").value("greeting", "other").jar()),
                ""));
        operations.assertServes("down", "2.0.0");
    }

    @Test
    void isForAdminsOnly() {
        Http http = server.http();
        assertThat(http.get("/api/v1/capabilities").send().status()).isEqualTo(401);
        for (String role : List.of("service", "monitor", "user")) {
            String token = http.role(role);
            assertThat(http.get("/api/v1/capabilities").token(token).send().status())
                    .isEqualTo(403);
            assertThat(http.post("/api/v1/capabilities")
                            .token(token)
                            .body("application/java-archive", new byte[10])
                            .send()
                            .status())
                    .isEqualTo(403);
            assertThat(http.post("/api/v1/capabilities/example/rollback")
                            .token(token)
                            .send()
                            .status())
                    .isEqualTo(403);
        }
        assertThat(http.post("/api/v1/capabilities?strategy=hope")
                        .token(http.admin())
                        .body("application/java-archive", new byte[10])
                        .send()
                        .status())
                .isEqualTo(400);
        assertThat(http.get("/api/v1/capabilities/operations/018f0000-0000-7000-8000-000000000000")
                        .token(http.admin())
                        .send()
                        .status())
                .isEqualTo(404);
    }

    /** Here and not with the other leak: the heap is walked seldom. Last, since the check takes its time. */
    @Test
    @Order(Integer.MAX_VALUE)
    void aLeakThroughAStaticIsNamed() {
        String leak = operations.leakChecked(leaking).leak();
        System.out.println("leak through a static: " + leak);
        assertThat(leak).contains("ApplicationShutdownHooks");
    }

    private static JsonNode assertRefused(Reply reply) {
        assertThat(reply.status()).as(reply.toString()).isEqualTo(422);
        assertThat(reply.needHeader("Content-Type")).startsWith("application/problem+json");
        assertThat(reply.json().path("detail").asText()).as(reply.toString()).isNotBlank();
        return reply.json();
    }

    /** Three capabilities: the one that is changed, and two neighbours; one of them reads the database. */
    private static Load load(String name) {
        Http http = server.http();
        String token = http.admin();
        String path = "/api/v1/" + name;
        return new Load()
                .with(200, () -> http.get(path))
                .with(200, () -> http.callHttp2("GET", path))
                .with(200, () -> http.call("POST", path).json(Map.of("message", "x".repeat(900))))
                .with(200, () -> http.callPlain("GET", "/api/v1/example"))
                .with(200, () -> http.get("/api/v1/users?limit=1").token(token));
    }
}
