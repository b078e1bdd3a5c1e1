package io.plinth.itests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.plinth.itests.harness.Commands;
import io.plinth.itests.harness.Distribution;
import io.plinth.itests.harness.Http;
import io.plinth.itests.harness.OnSharedServer;
import io.plinth.itests.harness.People;
import io.plinth.itests.harness.PlinthServer;
import io.plinth.itests.harness.Reply;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Health, metrics, API description and API explorer. */
@OnSharedServer
class MonitoringIT {
    private final PlinthServer server;
    private final Http http;

    MonitoringIT(PlinthServer server, Http http) {
        this.server = server;
        this.http = http;
    }

    @ParameterizedTest
    @ValueSource(strings = {"/health/live", "/health/ready"})
    void health(String path) {
        for (Reply reply :
                new Reply[] {http.get(path).send(), http.callPlain("GET", path).send()}) {
            assertThat(reply.status()).as(reply.toString()).isEqualTo(200);
            assertThat(reply.json().path("status").asText()).isEqualTo("UP");
            assertThat(reply.json().path("checks").isArray()).isTrue();
            for (JsonNode check : reply.json().path("checks")) {
                assertThat(check.path("name").asText()).isNotBlank();
                assertThat(check.path("status").asText()).isIn("UP", "DOWN");
                assertThat(check.has("reason")).isFalse();
            }
        }
    }

    @Test
    void readinessNamesWhatItStandsOn() {
        List<String> names =
                http.get("/health/ready").send().json().path("checks").findValuesAsText("name");
        assertThat(names).contains("database", "broker");
    }

    @Test
    void metrics() {
        http.get("/api/v1/example").send();
        String id = new People(http).create("measured").id();
        http.get("/api/v1/users/" + id).token(http.admin()).send();
        Reply reply = http.get("/metrics").token(http.role("monitor")).send();
        assertThat(reply.status()).isEqualTo(200);
        assertThat(reply.needHeader("Content-Type")).startsWith("text/plain");
        List<String> lines = reply.text().lines().toList();
        for (String start : List.of(
                "http_server_requests_seconds_bucket{",
                "http_server_requests_seconds_count{",
                "jvm_memory_used_bytes",
                "jvm_threads_live_threads",
                "hikaricp_connections",
                "cache_",
                "plinth_events_published_total",
                "plinth_outbox_pending",
                "plinth_outbox_lag_seconds")) {
            assertThat(lines).as("metric %s", start).anyMatch(line -> line.startsWith(start));
        }
        assertThat(lines)
                .anyMatch(line -> line.startsWith("http_server_requests_seconds_count{")
                        && line.contains("capability=\"users\"")
                        && line.contains("method=\"GET\"")
                        && line.contains("uri=\"/api/v1/users/{id}\"")
                        && line.contains("status=\"200\""));
        assertThat(reply.text()).doesNotContain(id);
    }

    @Test
    void openApi() {
        Reply reply = http.get("/openapi.json").send();
        assertThat(reply.status()).isEqualTo(200);
        assertThat(reply.needHeader("Content-Type")).startsWith("application/json");
        JsonNode api = reply.json();
        assertThat(api.path("openapi").asText()).startsWith("3.");
        assertThat(api.path("info").path("title").asText()).isNotBlank();
        assertThat(api.path("info").path("version").asText()).isNotBlank();
        Map<String, List<String>> expected = Map.of(
                "/api/v1/example", List.of("get", "post"),
                "/api/v1/users", List.of("get", "post"),
                "/api/v1/users/me", List.of("get"),
                "/api/v1/users/{id}", List.of("get", "patch", "delete"),
                "/api/v1/clients", List.of("post"),
                "/api/v1/clients/{clientId}", List.of("get", "delete"));
        expected.forEach((path, methods) -> methods.forEach(method -> {
            JsonNode operation = api.path("paths").path(path).path(method);
            assertThat(operation.isObject()).as("%s %s", method, path).isTrue();
            assertThat(operation.path("responses").isEmpty()).isFalse();
        }));
        checkReferences(api, api);
    }

    /** Every {@code $ref} leads somewhere. */
    private static void checkReferences(JsonNode root, JsonNode node) {
        JsonNode reference = node.path("$ref");
        if (reference.isTextual() && reference.asText().startsWith("#/")) {
            assertThat(root.at(reference.asText().substring(1)).isMissingNode())
                    .as(reference.asText())
                    .isFalse();
        }
        node.forEach(child -> checkReferences(root, child));
    }

    @Test
    void theExplorerIsServed() {
        Reply reply = http.get("/docs").send();
        if (reply.status() == 301 || reply.status() == 302 || reply.status() == 308) {
            reply = http.get("/docs/").send();
        }
        assertThat(reply.status()).as(reply.toString()).isEqualTo(200);
        assertThat(reply.needHeader("Content-Type")).startsWith("text/html");
    }

    @Test
    void theExplorerShowsTheCallsInABrowser() {
        Optional<Path> chromium = Commands.find("chromium", "chromium-browser", "google-chrome");
        if (chromium.isEmpty()) {
            System.err.println("LEFT OUT: /docs in a browser, since chromium is not installed (Debian: chromium)");
        }
        assumeTrue(chromium.isPresent(), "chromium is not installed");
        Commands.Outcome outcome = Commands.run(
                Duration.ofSeconds(90),
                Map.of(),
                List.of(
                        chromium.get().toString(),
                        "--headless",
                        "--no-sandbox",
                        "--disable-gpu",
                        "--disable-dev-shm-usage",
                        "--no-first-run",
                        "--disable-background-networking",
                        "--disable-component-update",
                        "--disable-sync",
                        "--user-data-dir=" + Distribution.freshFolder("chromium"),
                        "--virtual-time-budget=20000",
                        "--dump-dom",
                        "http://127.0.0.1:" + server.ports().http() + "/docs/"));
        assertThat(outcome.exitCode()).as(outcome.output()).isZero();
        assertThat(outcome.output()).contains("/api/v1/users").contains("opblock");
    }
}
