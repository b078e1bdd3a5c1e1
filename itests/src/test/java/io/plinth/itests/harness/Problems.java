package io.plinth.itests.harness;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Optional;

/** The shape of every error: RFC 9457 with the members that the contract names. */
public final class Problems {
    private Problems() {}

    /** Checks status, type and shape, and that nothing of the inside shows. */
    public static JsonNode assertProblem(Reply reply, int status, String name) {
        assertThat(reply.status()).as(reply.toString()).isEqualTo(status);
        assertThat(reply.needHeader("Content-Type")).as(reply.toString()).startsWith("application/problem+json");
        JsonNode body = reply.json();
        assertThat(body.path("type").asText()).as(reply.toString()).isEqualTo("/problems/" + name);
        assertThat(body.path("status").asInt()).as(reply.toString()).isEqualTo(status);
        assertThat(body.path("title").asText()).as(reply.toString()).isNotBlank();
        assertThat(body.path("detail").asText()).as(reply.toString()).isNotBlank();
        if (status != 431 && !reply.header("Connection").equals(Optional.of("close"))) {
            // What was refused before it was read whole has no path yet.
            assertThat(body.path("instance").asText()).as(reply.toString()).isNotBlank();
        }
        assertThat(reply.needHeader("X-Request-Id")).matches("[A-Za-z0-9._-]{1,64}");
        assertThat(reply.text())
                .doesNotContain("Exception")
                .doesNotContain("\tat ")
                .doesNotContain("io.plinth.")
                .doesNotContain("org.apache.")
                .doesNotContain("java.");
        return body;
    }

    /** 400 that names the field. */
    public static void assertInvalid(Reply reply, String field) {
        JsonNode body = assertProblem(reply, 400, "invalid-request");
        assertThat(body.path("errors").findValuesAsText("field"))
                .as(reply.toString())
                .contains(field);
        assertThat(body.path("errors").path(0).path("message").asText()).isNotBlank();
    }
}
