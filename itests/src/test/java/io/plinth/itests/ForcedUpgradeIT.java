package io.plinth.itests;

import static io.plinth.itests.harness.CapabilitySource.capability;
import static io.plinth.itests.harness.CapabilitySource.greeter;
import static io.plinth.itests.harness.CapabilitySource.greeting;
import static org.assertj.core.api.Assertions.assertThat;

import io.plinth.itests.harness.CapabilitySource;
import io.plinth.itests.harness.Http;
import io.plinth.itests.harness.Load;
import io.plinth.itests.harness.Neighbours;
import io.plinth.itests.harness.Operations;
import io.plinth.itests.harness.PlinthServer;
import io.plinth.itests.harness.Reply;
import io.plinth.itests.harness.ServerLogOnFailure;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** An upgrade that brings a new version of an API that another capability uses: what uses it must be wired anew. */
@ExtendWith(ServerLogOnFailure.class)
class ForcedUpgradeIT {
    private static PlinthServer server;
    private static Operations operations;
    private static Neighbours neighbours;

    @BeforeAll
    static void start() {
        server = PlinthServer.start("forced", Map.of());
        operations = new Operations(server);
        neighbours = Neighbours.watch(server);
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @Test
    void isRefusedWithoutForceAndDoneWithIt() {
        Path api = api("1.0.0");
        operations
                .await(operations.taken(operations.post(teller("1.0.0", api), "?probation=0")))
                .expect("succeeded");
        operations.installed(capability("asker", "1.0.0").source("Asker").against(api));
        assertThat(told()).isEqualTo(greeting("teller", "1.0.0"));
        Path next = teller("1.1.0", api("1.1.0"));
        Neighbours.Snapshot before = neighbours.snapshot("teller");

        Reply plan = operations.post(next, "?dryRun=true&force=true");
        assertThat(plan.status()).as(plan.toString()).isEqualTo(200);
        assertThat(plan.json().path("refresh").toString()).contains("org.example.asker 1.0.0");
        Reply refused = operations.post(next, "?probation=0");
        assertThat(refused.status()).as(refused.toString()).isEqualTo(422);
        assertThat(refused.json().path("detail").asText())
                .contains("teller 1.1.0", "org.example.asker 1.0.0", "refused unless forced");
        neighbours.snapshot("teller").assertSameAs(before);
        assertThat(told()).isEqualTo(greeting("teller", "1.0.0"));

        Http http = server.http();
        try (Load load = new Load()
                .with(200, () -> http.get("/api/v1/asker"))
                .with(200, () -> http.callHttp2("GET", "/api/v1/asker"))
                .with(200, () -> http.get("/api/v1/teller"))
                .with(200, () -> http.get("/api/v1/example"))) {
            load.awaitMore(100);
            operations
                    .await(operations.taken(operations.post(next, "?force=true")))
                    .expect("succeeded");
            load.awaitMore(200);
            load.stop();
            System.out.println("forced: " + load.answered() + " requests, slowest "
                    + load.slowest().toMillis() + " ms, failures " + load.failures());
            assertThat(load.failures()).isEmpty();
        }
        assertThat(told()).isEqualTo(greeting("teller", "1.1.0"));
        assertThat(operations.capability("asker").path("state").asText()).isEqualTo("active");
        // Nobody is left that needs the old API.
        assertThat(neighbours.bundlesOf("teller")).hasSize(2).allSatisfy(bundle -> assertThat(bundle)
                .contains("1.1.0"));
    }

    /** What the consumer says that it was told. */
    private static String told() {
        Reply reply = server.http().get("/api/v1/asker").send();
        assertThat(reply.status()).as(reply.toString()).isEqualTo(200);
        return reply.json().path("told").asText();
    }

    private static Path api(String version) {
        return CapabilitySource.bundle("org.example.teller.api", version)
                .source("Teller")
                .source("TellerPackage", "version", version)
                .jar();
    }

    private static Path teller(String version, Path api) {
        Path provider =
                greeter("teller", version).source("TellerService").against(api).jar();
        return operations.signed(CapabilitySource.kar("teller", api, provider));
    }
}
