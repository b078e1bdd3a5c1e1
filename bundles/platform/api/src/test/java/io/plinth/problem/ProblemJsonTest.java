package io.plinth.problem;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class ProblemJsonTest {
    @Test
    void writesEveryMember() {
        assertThat(ProblemJson.of(
                        ProblemType.INVALID_REQUEST,
                        "two fields",
                        "/api/v1/users",
                        List.of(new FieldError("items[3].amount", "too much"), new FieldError("name", "missing"))))
                .isEqualTo("{\"type\":\"/problems/invalid-request\",\"title\":\"Invalid request\",\"status\":400,"
                        + "\"detail\":\"two fields\",\"instance\":\"/api/v1/users\",\"errors\":["
                        + "{\"field\":\"items[3].amount\",\"message\":\"too much\"},"
                        + "{\"field\":\"name\",\"message\":\"missing\"}]}");
    }

    @Test
    void leavesOutWhatThereIsNot() {
        assertThat(ProblemJson.of(ProblemType.NOT_FOUND, "nothing", null, List.of()))
                .isEqualTo("{\"type\":\"/problems/not-found\",\"title\":\"Not found\",\"status\":404,"
                        + "\"detail\":\"nothing\"}");
    }

    @Test
    void escapesQuotesControlsMarkupAndSurrogates() {
        assertThat(ProblemJson.of(ProblemType.NOT_FOUND, "\"\\\n\r\t\0\u007f<é\ud83d\ude00\udc00", null, List.of()))
                .endsWith("\"detail\":\"\\\"\\\\\\n\\r\\t\\u0000\\u007f\\u003c\\u00e9\\ud83d\\ude00\\udc00\"}");
    }
}
