package io.plinth.itests;

import static io.plinth.itests.harness.Problems.assertProblem;
import static org.assertj.core.api.Assertions.assertThat;

import io.plinth.itests.harness.Call;
import io.plinth.itests.harness.Http;
import io.plinth.itests.harness.OnSharedServer;
import io.plinth.itests.harness.People;
import io.plinth.itests.harness.Reply;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Who may call what: each call as nobody and in each of the four roles. */
@OnSharedServer
class RolesIT {
    private final Http http;
    private final People people;

    RolesIT(Http http) {
        this.http = http;
        this.people = new People(http);
    }

    @ParameterizedTest(name = "{0} {1}")
    @CsvSource({
        // method, path,             anonymous, admin, service, user, monitor
        "GET,    /api/v1/example,        200, 200, 200, 200, 200",
        "POST,   /api/v1/example,        401, 202, 202, 202, 403",
        "GET,    /api/v1/users,          401, 200, 200, 403, 403",
        "POST,   /api/v1/users,          401, 400, 403, 403, 403",
        "GET,    /api/v1/users/me,       401, 404, 404, 200, 403",
        "GET,    /api/v1/users/{other},  401, 200, 200, 404, 403",
        "DELETE, /api/v1/users/unknown,  401, 404, 404, 404, 403",
        "POST,   /api/v1/clients,        401, 400, 403, 403, 403",
        "GET,    /api/v1/clients/nobody, 401, 404, 403, 403, 403",
        "DELETE, /api/v1/clients/nobody, 401, 404, 403, 403, 403",
        "GET,    /metrics,               401, 200, 403, 403, 200",
        "GET,    /health/live,           200, 200, 200, 200, 200",
        "GET,    /health/ready,          200, 200, 200, 200, 200",
        "GET,    /openapi.json,          200, 200, 200, 200, 200",
    })
    void matrix(String method, String path, int anonymous, int admin, int service, int user, int monitor) {
        String target = path.replace("{other}", people.create("seen").id());
        check(method, target, anonymous, null);
        check(method, target, admin, http.admin());
        check(method, target, service, http.role("service"));
        check(method, target, user, people.create("matrix").token());
        check(method, target, monitor, http.role("monitor"));
    }

    private void check(String method, String path, int status, @Nullable String token) {
        Call call = http.call(method, path);
        if (token != null) {
            call.token(token);
        }
        if (method.equals("POST")) {
            call.json(path.endsWith("/example") ? Map.of("message", "from a role") : Map.of());
        }
        Reply reply = call.send();
        assertThat(reply.status()).as("%s %s: %s", method, path, reply).isEqualTo(status);
        if (status == 401) {
            assertProblem(reply, 401, "unauthorized");
            assertThat(reply.needHeader("WWW-Authenticate")).startsWith("Bearer");
        } else if (status == 403) {
            assertProblem(reply, 403, "forbidden");
        }
    }
}
