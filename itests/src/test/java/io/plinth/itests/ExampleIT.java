package io.plinth.itests;

import static io.plinth.itests.harness.Problems.assertInvalid;
import static io.plinth.itests.harness.Problems.assertProblem;
import static org.assertj.core.api.Assertions.assertThat;

import io.plinth.itests.harness.Http;
import io.plinth.itests.harness.OnSharedServer;
import io.plinth.itests.harness.People;
import io.plinth.itests.harness.Reply;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The row {@code /example} of the contract. Its events are in {@link EventsIT}. */
@OnSharedServer
class ExampleIT {
    private final Http http;

    ExampleIT(Http http) {
        this.http = http;
    }

    @Test
    void saysHelloToEverybody() {
        for (Reply reply : new Reply[] {
            http.get("/api/v1/example").send(),
            http.callPlain("GET", "/api/v1/example").send()
        }) {
            assertThat(reply.status()).as(reply.toString()).isEqualTo(200);
            assertThat(reply.needHeader("Content-Type")).startsWith("application/json");
            assertThat(reply.text()).isEqualTo("{\"message\":\"hello\"}");
        }
    }

    @Test
    void takesAMessage() {
        Reply reply = http.post("/api/v1/example")
                .token(http.admin())
                .json(Map.of("message", "good morning"))
                .send();
        assertThat(reply.status()).as(reply.toString()).isEqualTo(202);
        assertThat(reply.json().path("eventId").asText()).matches(People.UUID_V7);
        assertThat(reply.json().size()).isEqualTo(1);
    }

    @Test
    void namesTheFieldAtFault() {
        assertInvalid(post("{}"), "message");
        assertInvalid(post("{\"message\":null}"), "message");
        assertInvalid(post("{\"message\":1}"), "message");
        assertInvalid(post("{\"message\":\"a\",\"massage\":\"b\"}"), "massage");
        assertInvalid(post("{\"message\":\"" + "m".repeat(300_000) + "\"}"), "message");
    }

    @Test
    void whatItDoesNotOffer() {
        Reply put = http.call("PUT", "/api/v1/example")
                .token(http.admin())
                .json(Map.of())
                .send();
        assertProblem(put, 405, "method-not-allowed");
        assertThat(put.needHeader("Allow")).contains("GET").contains("POST");
        assertProblem(http.get("/api/v1/example").header("Accept", "image/png").send(), 406, "not-acceptable");
        assertProblem(
                http.post("/api/v1/example")
                        .token(http.admin())
                        .body("application/xml", "<m/>".getBytes())
                        .send(),
                415,
                "unsupported-media-type");
        assertProblem(http.get("/api/v1/example/more").send(), 404, "not-found");
    }

    private Reply post(String body) {
        return http.post("/api/v1/example").token(http.admin()).jsonText(body).send();
    }
}
