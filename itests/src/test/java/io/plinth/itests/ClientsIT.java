package io.plinth.itests;

import static io.plinth.itests.harness.Problems.assertInvalid;
import static io.plinth.itests.harness.Problems.assertProblem;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.plinth.itests.harness.Eventually;
import io.plinth.itests.harness.Http;
import io.plinth.itests.harness.Http.Client;
import io.plinth.itests.harness.OnSharedServer;
import io.plinth.itests.harness.People;
import io.plinth.itests.harness.People.Person;
import io.plinth.itests.harness.Reply;
import io.plinth.itests.harness.Tokens;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The row {@code /clients} of the contract, and how long a token outlives its client or user. */
@OnSharedServer
class ClientsIT {
    private final Http http;
    private final People people;

    ClientsIT(Http http) {
        this.http = http;
        this.people = new People(http);
    }

    @Test
    void showsTheSecretOnce() {
        Reply created = http.post("/api/v1/clients")
                .token(http.admin())
                .json(Map.of("name", "billing", "roles", List.of("service")))
                .send();
        assertThat(created.status()).as(created.toString()).isEqualTo(201);
        assertThat(created.header("Location")).isPresent();
        String id = created.json().path("clientId").asText();
        String secret = created.json().path("clientSecret").asText();
        assertThat(secret.length()).isGreaterThanOrEqualTo(32);

        Reply read = http.get("/api/v1/clients/" + id).token(http.admin()).send();
        assertThat(read.status()).isEqualTo(200);
        assertThat(read.json().path("clientId").asText()).isEqualTo(id);
        assertThat(read.json().path("name").asText()).isEqualTo("billing");
        assertThat(read.json().path("roles").toString()).isEqualTo("[\"service\"]");
        assertThat(read.text()).doesNotContain(secret).doesNotContain("ecret");

        assertThat(http.requestToken(new Client(id, secret)).status()).isEqualTo(200);
        assertThat(http.call("DELETE", "/api/v1/clients/" + id)
                        .token(http.admin())
                        .send()
                        .status())
                .isEqualTo(204);
        assertProblem(http.get("/api/v1/clients/" + id).token(http.admin()).send(), 404, "not-found");
        assertThat(http.requestToken(new Client(id, secret)).status()).isEqualTo(401);
    }

    @Test
    void namesTheFieldAtFault() {
        assertInvalid(post(Map.of("roles", List.of("service"))), "name");
        assertInvalid(post(Map.of("name", "x".repeat(2_000), "roles", List.of("service"))), "name");
        assertInvalid(post(Map.of("name", "no roles")), "roles");
        assertInvalid(post(Map.of("name", "bad role", "roles", List.of("service", "root"))), "roles[1]");
        assertInvalid(post(Map.of("name", "more", "roles", List.of("service"), "secret", "mine")), "secret");
    }

    @Test
    void refusesAnUnknownUser() {
        Reply reply = post(
                Map.of("name", "ghost", "roles", List.of("user"), "userId", "01890a5d-ac96-774b-bcce-b302099a8057"));
        assertProblem(reply, 422, "unknown-user");
    }

    @Test
    void aTokenCarriesTheRolesThatClientAndUserShare() {
        Person person = people.create("shared", List.of("user", "monitor"));
        JsonNode claims = Tokens.claims(http.token(http.clientOf(person.id(), "admin", "user")));
        assertThat(claims.path("roles").toString()).isEqualTo("[\"user\"]");
        assertThat(claims.path("sub").asText()).isEqualTo(person.id());
    }

    @Test
    void tokensEndWithinAMinuteOfTheirClientOrUser() {
        Person person = people.create("leaving");
        String ofUser = person.token();
        Client client = http.createClient("removed", List.of("service"), Map.of());
        String ofClient = http.token(client);
        // Used once, so that whatever is remembered of them is remembered.
        assertThat(http.get("/api/v1/users/me").token(ofUser).send().status()).isEqualTo(200);
        assertThat(http.get("/api/v1/users").token(ofClient).send().status()).isEqualTo(200);

        http.call("DELETE", person.path()).token(http.admin()).send();
        http.call("DELETE", "/api/v1/clients/" + client.id())
                .token(http.admin())
                .send();

        Eventually.within(Duration.ofSeconds(60), () -> {
            assertProblem(http.get("/api/v1/users/me").token(ofUser).send(), 401, "unauthorized");
            assertProblem(http.get("/api/v1/users").token(ofClient).send(), 401, "unauthorized");
        });
    }

    private Reply post(Map<String, ?> body) {
        return http.post("/api/v1/clients").token(http.admin()).json(body).send();
    }
}
