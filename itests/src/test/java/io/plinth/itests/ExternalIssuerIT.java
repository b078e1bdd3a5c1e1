package io.plinth.itests;

import static io.plinth.itests.harness.Problems.assertProblem;
import static org.assertj.core.api.Assertions.assertThat;

import io.plinth.itests.harness.Distribution;
import io.plinth.itests.harness.Eventually;
import io.plinth.itests.harness.OnSharedServer;
import io.plinth.itests.harness.PlinthServer;
import io.plinth.itests.harness.Ports;
import io.plinth.itests.harness.Reply;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** One server as the OpenID provider of another, which trusts it by the file of its CA and by nothing else. */
@OnSharedServer
class ExternalIssuerIT {
    private static final Duration TAKEN_OVER = Duration.ofSeconds(30);

    private final PlinthServer provider;

    ExternalIssuerIT(PlinthServer provider) {
        this.provider = provider;
    }

    @Test
    void isTrustedByItsCaFile() {
        Distribution distribution = Distribution.withOwnConfiguration("issued");
        Map<String, String> external =
                Map.of("PLINTH_ISSUER", "https://localhost:" + provider.ports().https());
        try (PlinthServer server = PlinthServer.launch(
                        distribution, Distribution.freshFolder("issued-data"), Ports.free(), external)
                .awaitReady()) {
            // The control: Java's own authorities do not know the provider's.
            assertProblem(users(server), 503, "unavailable");

            distribution.configure(
                    "io.plinth.security.token.cfg", "external.ca.file = " + provider.certificateAuthority());

            Eventually.within(
                    TAKEN_OVER, () -> assertThat(users(server).status()).isEqualTo(200));
            assertProblem(server.http().get("/api/v1/users").token("x.y.z").send(), 401, "unauthorized");
        }
    }

    private Reply users(PlinthServer server) {
        return server.http().get("/api/v1/users").token(provider.http().admin()).send();
    }
}
