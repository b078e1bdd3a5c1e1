package io.plinth.itests;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.plinth.itests.harness.Http;
import io.plinth.itests.harness.Money;
import io.plinth.itests.harness.OnSharedServer;
import io.plinth.itests.harness.OpenApiRules;
import io.plinth.itests.harness.People;
import io.plinth.itests.harness.People.Person;
import io.plinth.itests.harness.Reply;
import io.swagger.v3.parser.OpenAPIV3Parser;
import io.swagger.v3.parser.core.models.ParseOptions;
import io.swagger.v3.parser.core.models.SwaggerParseResult;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The description of the API as a generator of clients and a linter read it, and as the server keeps it. */
@OnSharedServer
class OpenApiIT {
    private final Http http;
    private final JsonNode api;

    OpenApiIT(Http http) {
        this.http = http;
        this.api = http.get("/openapi.json").send().json();
    }

    @Test
    void isValid() {
        ParseOptions options = new ParseOptions();
        options.setResolve(true);
        options.setValidateInternalRefs(true);
        SwaggerParseResult result = new OpenAPIV3Parser().readContents(api.toString(), List.of(), options);
        assertThat(result.getMessages()).isEmpty();
        assertThat(result.getOpenAPI().getPaths()).containsKey("/api/v1/users/{id}");
    }

    @Test
    void keepsTheRulesOfALinter() {
        assertThat(OpenApiRules.complaints(api)).isEmpty();
    }

    /** The rules see what is wrong: else an empty list of complaints means nothing. */
    @Test
    void theRulesComplain() {
        JsonNode broken = api.deepCopy();
        JsonNode get = broken.at("/paths/~1api~1v1~1users~1{id}/get");
        object(get.at("/parameters/0")).remove("description");
        object(get).put("operationId", "users-create").remove("tags");
        object(get.at("/responses")).remove("200");
        object(get.at("/responses")).remove("404");
        object(broken.at("/components/schemas")).putObject("Orphan").put("type", "object");
        assertThat(OpenApiRules.complaints(broken))
                .hasSize(6)
                .anyMatch(complaint -> complaint.contains("no description"))
                .anyMatch(complaint -> complaint.contains("users-create"))
                .anyMatch(complaint -> complaint.contains("no tag"))
                .anyMatch(complaint -> complaint.contains("no 2xx"))
                .anyMatch(complaint -> complaint.contains("no 404"))
                .anyMatch(complaint -> complaint.contains("Orphan"));
    }

    /** Each member that an answer has is described, and described as nullable where it is null. */
    @Test
    void answersAreAsDescribed() {
        People people = new People(http);
        String name = People.uniqueName("described");
        String token = http.admin();
        String id = people.post(Map.of("username", name, "email", name + "@example.org"))
                .json()
                .path("id")
                .asText();
        Money money = new Money(http);
        String source = money.source();
        String account = money.open(Map.of("ownerId", id, "currency", Money.CURRENCY));
        money.fund(account, 1);
        String transaction = http.get("/api/v1/transactions?accountId=" + account)
                .token(token)
                .send()
                .json()
                .at("/items/0/id")
                .asText();
        Map<String, JsonNode> answers = Map.of(
                "/api/v1/accounts/{id}",
                        http.get("/api/v1/accounts/" + source)
                                .token(token)
                                .send()
                                .json(),
                "/api/v1/accounts/{id}/statement",
                        http.get("/api/v1/accounts/" + account + "/statement")
                                .token(token)
                                .send()
                                .json(),
                "/api/v1/transactions/{id}",
                        http.get("/api/v1/transactions/" + transaction)
                                .token(token)
                                .send()
                                .json(),
                "/api/v1/transactions",
                        http.get("/api/v1/transactions?limit=1")
                                .token(token)
                                .send()
                                .json(),
                "/api/v1/ledger/check",
                        http.get("/api/v1/ledger/check").token(token).send().json(),
                "/api/v1/users/{id}",
                        http.get("/api/v1/users/" + id).token(token).send().json(),
                "/api/v1/users",
                        http.get("/api/v1/users?limit=1&q=" + name)
                                .token(token)
                                .send()
                                .json(),
                "/api/v1/clients",
                        http.get("/api/v1/clients").token(token).send().json(),
                "/api/v1/example", http.get("/api/v1/example").send().json());
        List<String> complaints = new ArrayList<>();
        answers.forEach((path, answer) -> {
            JsonNode schema = api.path("paths").path(path).at("/get/responses/200/content/application~1json/schema");
            complaints.addAll(OpenApiRules.differences(api, schema, answer, path));
        });
        assertThat(complaints).isEmpty();
        assertThat(answers.get("/api/v1/users").path("next").isNull()
                        && answers.get("/api/v1/users/{id}").path("displayName").isNull()
                        && answers.get("/api/v1/accounts/{id}")
                                .at("/balance/available")
                                .isNull()
                        && answers.get("/api/v1/transactions/{id}")
                                .path("metadata")
                                .isNull())
                .as("nulls were looked at")
                .isTrue();
    }

    /** A status that the server gives stands in the description. */
    @Test
    void refusalsAreDescribed() {
        String token = http.admin();
        Person person = new People(http).create("refused");
        List<Map.Entry<String, Reply>> refusals = List.of(
                Map.entry("/api/v1/users/{id}/get", http.get(person.path()).send()),
                Map.entry(
                        "/api/v1/users/{id}/get",
                        http.get("/api/v1/users/" + "0".repeat(36)).token(token).send()),
                Map.entry(
                        "/api/v1/users/{id}/patch",
                        http.call("PATCH", person.path())
                                .token(token)
                                .mergePatch(Map.of())
                                .send()),
                Map.entry(
                        "/api/v1/users/post",
                        new People(http).post(Map.of("username", person.username(), "email", "x@example.org"))),
                Map.entry(
                        "/api/v1/users/post",
                        http.post("/api/v1/users").token(token).form(Map.of()).send()),
                Map.entry(
                        "/api/v1/users/get",
                        http.get("/api/v1/users?limit=0").token(token).send()));
        for (Map.Entry<String, Reply> refusal : refusals) {
            int last = refusal.getKey().lastIndexOf('/');
            JsonNode operation = api.path("paths")
                    .path(refusal.getKey().substring(0, last))
                    .path(refusal.getKey().substring(last + 1));
            String status = Integer.toString(refusal.getValue().status());
            assertThat(status).startsWith("4");
            assertThat(operation.path("responses").has(status))
                    .as("%s of %s", status, refusal.getKey())
                    .isTrue();
        }
    }

    private static com.fasterxml.jackson.databind.node.ObjectNode object(JsonNode node) {
        return (com.fasterxml.jackson.databind.node.ObjectNode) node;
    }
}
