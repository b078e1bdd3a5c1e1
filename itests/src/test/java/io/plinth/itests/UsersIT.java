package io.plinth.itests;

import static io.plinth.itests.harness.Problems.assertInvalid;
import static io.plinth.itests.harness.Problems.assertProblem;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.plinth.itests.harness.Http;
import io.plinth.itests.harness.OnSharedServer;
import io.plinth.itests.harness.People;
import io.plinth.itests.harness.People.Person;
import io.plinth.itests.harness.Reply;
import java.net.URI;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The rows {@code /users} of the contract. */
@OnSharedServer
class UsersIT {
    private final Http http;
    private final People people;

    UsersIT(Http http) {
        this.http = http;
        this.people = new People(http);
    }

    @Test
    void creates() {
        String name = People.uniqueName("alice");
        Reply reply = people.post(Map.of("username", name, "email", name + "@example.org", "displayName", "Alice A."));

        assertThat(reply.status()).as(reply.toString()).isEqualTo(201);
        JsonNode user = reply.json();
        List<String> names = new ArrayList<>();
        user.fieldNames().forEachRemaining(names::add);
        assertThat(names)
                .containsExactlyInAnyOrder(
                        "id",
                        "username",
                        "email",
                        "displayName",
                        "roles",
                        "status",
                        "createdAt",
                        "updatedAt",
                        "version");
        assertThat(user.path("id").asText()).matches(People.UUID_V7);
        assertThat(user.path("username").asText()).isEqualTo(name);
        assertThat(user.path("email").asText()).isEqualTo(name + "@example.org");
        assertThat(user.path("displayName").asText()).isEqualTo("Alice A.");
        assertThat(user.path("roles").toString()).isEqualTo("[\"user\"]");
        assertThat(user.path("status").asText()).isEqualTo("active");
        assertThat(user.path("version").isIntegralNumber()).isTrue();
        assertThat(Instant.parse(user.path("createdAt").asText()))
                .isEqualTo(Instant.parse(user.path("updatedAt").asText()));
        assertThat(user.path("createdAt").asText()).endsWith("Z");
        assertThat(reply.needHeader("ETag")).matches("\"[^\"]+\"");

        URI location = URI.create(reply.needHeader("Location"));
        assertThat(location.getPath())
                .isEqualTo("/api/v1/users/" + user.path("id").asText());
        Reply found = http.get(location.getPath()).token(http.admin()).send();
        assertThat(found.json()).isEqualTo(user);
        assertThat(found.header("ETag")).isEqualTo(reply.header("ETag"));
    }

    @Test
    void answersTheSameThroughTheLoopbackPort() {
        Person person = people.create("plain");
        Reply plain = http.callPlain("GET", person.path()).token(http.admin()).send();
        assertThat(plain.status()).isEqualTo(200);
        assertThat(plain.json())
                .isEqualTo(http.get(person.path()).token(http.admin()).send().json());
    }

    @Test
    void takesNamesOfAnyScriptAndNormalisesThem() {
        String unique = People.uniqueName("Ωμέγα");
        Reply reply = people.post(Map.of("username", "ｆ" + unique, "email", People.uniqueName("o") + "@example.org"));
        assertThat(reply.status()).as(reply.toString()).isEqualTo(201);
        assertThat(reply.json().path("username").asText()).isEqualTo("f" + unique);
    }

    @Test
    void refusesATakenUsernameOrEmailWhateverItsCase() {
        Person person = people.create("taken");
        String other = People.uniqueName("other");
        assertProblem(
                people.post(Map.of("username", person.username().toUpperCase(), "email", other + "@example.org")),
                409,
                "user-exists");
        assertProblem(
                people.post(Map.of("username", "ｔ" + person.username().substring(1), "email", other + "@example.org")),
                409,
                "user-exists");
        assertProblem(
                people.post(Map.of("username", other, "email", person.email().toUpperCase())), 409, "user-exists");
    }

    @Test
    void twoAtOnceWithOneNameGiveOneUser() throws Exception {
        String name = People.uniqueName("race");
        List<Thread> threads = new ArrayList<>();
        List<Integer> statuses = java.util.Collections.synchronizedList(new ArrayList<>());
        http.admin();
        for (int i = 0; i < 8; i++) {
            String email = name + i + "@example.org";
            Thread thread = new Thread(() -> statuses.add(
                    people.post(Map.of("username", name, "email", email)).status()));
            thread.start();
            threads.add(thread);
        }
        for (Thread thread : threads) {
            thread.join(30_000);
        }
        assertThat(statuses).hasSize(8).containsOnlyOnce(201).containsOnly(201, 409);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "ab",
                "with space",
                "slash/name",
                "semi;colon",
                "new\nline",
                "a234567890123456789012345678901234567890123456789012345678901234x"
            })
    void refusesAnIllFormedUsername(String username) {
        assertInvalid(
                people.post(Map.of("username", username, "email", People.uniqueName("u") + "@example.org")),
                "username");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "no-at", "@example.org", "two@at@example.org", "a b@example.org"})
    void refusesAnIllFormedEmail(String email) {
        assertInvalid(people.post(Map.of("username", People.uniqueName("mail"), "email", email)), "email");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '\0',
            value = {
                "username    | {\"email\":\"x@example.org\"}",
                "username    | {\"username\":null,\"email\":\"x@example.org\"}",
                "username    | {\"username\":17,\"email\":\"x@example.org\"}",
                "username    | {\"username\":[\"abc\"],\"email\":\"x@example.org\"}",
                "username    | {\"username\":\"abcdef\",\"username\":\"abcdeg\",\"email\":\"x@example.org\"}",
                "email       | {\"username\":\"abcdef\"}",
                "email       | {\"username\":\"abcdef\",\"email\":{\"at\":\"x\"}}",
                "nickname    | {\"username\":\"abcdef\",\"email\":\"x@example.org\",\"nickname\":\"x\"}",
                "displayName | {\"username\":\"abcdef\",\"email\":\"x@example.org\",\"displayName\":true}",
                "displayName | {\"username\":\"abcdef\",\"email\":\"x@example.org\",\"displayName\":\"\\ud800\"}",
                "roles[0]    | {\"username\":\"abcdef\",\"email\":\"x@example.org\",\"roles\":[\"emperor\"]}",
                "roles       | {\"username\":\"abcdef\",\"email\":\"x@example.org\",\"roles\":\"user\"}",
                "password    | {\"username\":\"abcdef\",\"email\":\"x@example.org\",\"password\":12345678}",
            })
    void namesTheFieldAtFault(String field, String body) {
        assertInvalid(
                http.post("/api/v1/users").token(http.admin()).jsonText(body).send(), field);
    }

    @Test
    void refusesTooLongStrings() {
        Map<String, Object> body = new HashMap<>();
        body.put("username", People.uniqueName("long"));
        body.put("email", "a".repeat(400) + "@example.org");
        assertInvalid(people.post(body), "email");
        body.put("email", People.uniqueName("long") + "@example.org");
        body.put("displayName", "d".repeat(10_000));
        assertInvalid(people.post(body), "displayName");
        body.remove("displayName");
        body.put("password", "p".repeat(10_000));
        assertInvalid(people.post(body), "password");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "{",
                "nonsense",
                "[]",
                "null",
                "\"text\"",
                "{\"username\":\"abcdef\",\"email\":\"x@example.org\"} {}",
                "{'username':'abcdef'}",
                "{\"username\":\"abcdef\",\"email\":\"x@example.org\",}"
            })
    void refusesMalformedJson(String body) {
        assertProblem(
                http.post("/api/v1/users").token(http.admin()).jsonText(body).send(), 400, "invalid-request");
    }

    @Test
    void refusesDeeplyNestedJsonAndBytesThatAreNoUtf8() {
        String deep = "{\"displayName\":" + "[".repeat(5_000) + "]".repeat(5_000) + "}";
        assertProblem(
                http.post("/api/v1/users").token(http.admin()).jsonText(deep).send(), 400, "invalid-request");
        byte[] bytes = {'{', '"', 'u', (byte) 0xff, (byte) 0xfe, '"', ':', '1', '}'};
        assertProblem(
                http.post("/api/v1/users")
                        .token(http.admin())
                        .body("application/json", bytes)
                        .send(),
                400,
                "invalid-request");
    }

    @Test
    void readsWithAnEntityTag() {
        Person person = people.create("etag");
        Reply read = http.get(person.path()).token(http.admin()).send();
        assertThat(read.status()).isEqualTo(200);
        assertThat(read.needHeader("Content-Type")).startsWith("application/json");

        Reply same = http.get(person.path())
                .token(http.admin())
                .header("If-None-Match", read.needHeader("ETag"))
                .send();
        assertThat(same.status()).isEqualTo(304);
        assertThat(same.bytes()).isEmpty();
        assertThat(same.header("ETag")).isEqualTo(read.header("ETag"));

        Reply changed = http.get(person.path())
                .token(http.admin())
                .header("If-None-Match", "\"another\"")
                .send();
        assertThat(changed.status()).isEqualTo(200);
    }

    @ParameterizedTest
    @ValueSource(strings = {"01890a5d-ac96-774b-bcce-b302099a8057", "nobody", "%00", "1"})
    void doesNotFindWhatIsNotThere(String id) {
        Reply reply = http.get("/api/v1/users/" + id).token(http.admin()).send();
        if (id.equals("%00") && reply.status() == 400) {
            assertProblem(reply, 400, "invalid-request");
            return;
        }
        assertProblem(reply, 404, "not-found");
    }

    @Test
    void me() {
        assertProblem(http.get("/api/v1/users/me").token(http.admin()).send(), 404, "not-found");
        Person person = people.create("me");
        Reply reply = http.get("/api/v1/users/me").token(person.token()).send();
        assertThat(reply.status()).isEqualTo(200);
        assertThat(reply.json().path("id").asText()).isEqualTo(person.id());
        assertThat(reply.header("ETag")).isPresent();
    }

    @Test
    void listsByKeysetAndSearches() {
        String prefix = People.uniqueName("page");
        List<String> created = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            created.add(people.create(prefix + i).id());
        }
        List<String> seen = new ArrayList<>();
        String query = "/api/v1/users?q=" + prefix + "&limit=2";
        String next = "";
        for (int page = 0; page < 4 && next != null; page++) {
            Reply reply = http.get(query + next).token(http.admin()).send();
            assertThat(reply.status()).as(reply.toString()).isEqualTo(200);
            reply.json().path("items").forEach(user -> seen.add(user.path("id").asText()));
            assertThat(reply.json().has("next")).isTrue();
            next = reply.json().path("next").isNull()
                    ? null
                    : "&cursor=" + Http.encode(reply.json().path("next").asText());
        }
        assertThat(next).isNull();
        assertThat(seen).containsExactlyInAnyOrderElementsOf(created);
    }

    @Test
    void findsByEmailWhateverItsCase() {
        Person person = people.create("searched");
        Reply reply = http.get("/api/v1/users?q=" + Http.encode(person.email().toUpperCase()))
                .token(http.role("service"))
                .send();
        assertThat(reply.status()).isEqualTo(200);
        assertThat(reply.json().path("items").findValuesAsText("id")).containsExactly(person.id());
    }

    @ParameterizedTest
    @CsvSource({
        "limit, limit=0",
        "limit, limit=201",
        "limit, limit=-1",
        "limit, limit=x",
        "limit, limit=1.5",
        "cursor, cursor=%21%21",
        "cursor, cursor="
    })
    void refusesABadLimitOrCursor(String field, String query) {
        assertInvalid(http.get("/api/v1/users?" + query).token(http.admin()).send(), field);
    }

    @Test
    void changesNeedTheVersionThatTheyChange() {
        Person person = people.create("patched");
        String tag = http.get(person.path()).token(http.admin()).send().needHeader("ETag");

        assertProblem(
                http.call("PATCH", person.path())
                        .token(http.admin())
                        .mergePatch(Map.of("displayName", "New"))
                        .send(),
                428,
                "precondition-required");
        assertProblem(
                people.patch(person, http.admin(), "\"stale\"", Map.of("displayName", "New")),
                412,
                "precondition-failed");

        Reply reply = people.patch(person, http.admin(), tag, Map.of("displayName", "New"));
        assertThat(reply.status()).as(reply.toString()).isEqualTo(200);
        assertThat(reply.json().path("displayName").asText()).isEqualTo("New");
        assertThat(reply.json().path("email").asText()).isEqualTo(person.email());
        assertThat(reply.needHeader("ETag")).isNotEqualTo(tag);
        assertProblem(
                people.patch(person, http.admin(), tag, Map.of("displayName", "Newer")), 412, "precondition-failed");
    }

    @Test
    void aMergePatchWithNullRemovesTheDisplayName() {
        Person person = people.create("unnamed");
        Map<String, Object> nothing = new HashMap<>();
        nothing.put("displayName", null);
        Reply reply = people.patch(person, http.admin(), people.tag(person), nothing);
        assertThat(reply.status()).as(reply.toString()).isEqualTo(200);
        assertThat(reply.json().path("displayName").isNull()).isTrue();

        nothing.clear();
        nothing.put("email", null);
        assertInvalid(people.patch(person, http.admin(), people.tag(person), nothing), "email");
    }

    @Test
    void aPatchIsCheckedLikeABody() {
        Person person = people.create("checked");
        String tag = people.tag(person);
        assertInvalid(people.patch(person, http.admin(), tag, Map.of("username", "a b")), "username");
        assertInvalid(people.patch(person, http.admin(), tag, Map.of("id", "another")), "id");
        assertInvalid(people.patch(person, http.admin(), tag, Map.of("email", "no-at")), "email");
        assertInvalid(people.patch(person, http.admin(), tag, Map.of("roles", List.of("emperor"))), "roles[0]");
        assertProblem(
                http.call("PATCH", person.path())
                        .token(http.admin())
                        .header("If-Match", tag)
                        .body("text/plain", "hello".getBytes())
                        .send(),
                415,
                "unsupported-media-type");
        Person other = people.create("other");
        assertProblem(people.patch(person, http.admin(), tag, Map.of("email", other.email())), 409, "user-exists");
    }

    @Test
    void aUserChangesItsOwnEmailNameAndPasswordOnly() {
        Person person = people.create("self");
        String token = person.token();
        Reply reply = people.patch(
                person,
                token,
                people.tag(person),
                Map.of(
                        "email",
                        People.uniqueName("new") + "@example.org",
                        "displayName",
                        "I",
                        "password",
                        "a long enough one"));
        assertThat(reply.status()).as(reply.toString()).isEqualTo(200);
        assertThat(reply.text()).doesNotContain("a long enough one");
        assertProblem(
                people.patch(person, token, people.tag(person), Map.of("roles", List.of("admin"))), 403, "forbidden");
        assertProblem(http.call("DELETE", person.path()).token(token).send(), 403, "forbidden");
    }

    @Test
    void toAUserNobodyElseExists() {
        Person person = people.create("one");
        Person other = people.create("two");
        assertThat(http.get(person.path()).token(person.token()).send().status())
                .isEqualTo(200);
        assertProblem(http.get(other.path()).token(person.token()).send(), 404, "not-found");
        assertProblem(
                people.patch(other, person.token(), people.tag(other), Map.of("displayName", "X")), 404, "not-found");
    }

    @Test
    void closingKeepsTheUser() {
        Person person = people.create("closed");
        Reply reply = http.call("DELETE", person.path()).token(http.admin()).send();
        assertThat(reply.status()).as(reply.toString()).isEqualTo(204);
        assertThat(reply.bytes()).isEmpty();
        Reply read = http.get(person.path()).token(http.admin()).send();
        assertThat(read.status()).isEqualTo(200);
        assertThat(read.json().path("status").asText()).isEqualTo("closed");
        assertProblem(
                http.call("DELETE", "/api/v1/users/01890a5d-ac96-774b-bcce-b302099a8057")
                        .token(http.admin())
                        .send(),
                404,
                "not-found");
    }
}
