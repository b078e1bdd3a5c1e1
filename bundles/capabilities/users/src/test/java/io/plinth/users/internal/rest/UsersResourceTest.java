package io.plinth.users.internal.rest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.plinth.problem.FieldError;
import io.plinth.problem.ProblemException;
import io.plinth.rest.PageRequest;
import io.plinth.security.Caller;
import io.plinth.security.Role;
import io.plinth.users.NewUser;
import io.plinth.users.User;
import io.plinth.users.UserStatus;
import io.plinth.users.internal.FakeUsers;
import java.lang.reflect.Proxy;
import java.net.URI;
import java.security.Principal;
import java.time.Instant;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import javax.annotation.security.RolesAllowed;
import javax.ws.rs.core.Response;
import javax.ws.rs.core.SecurityContext;
import javax.ws.rs.core.UriBuilder;
import javax.ws.rs.core.UriInfo;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

class UsersResourceTest {
    private static final String UNKNOWN = "01900000-0000-7000-8000-999999999999";
    private static final Optional<String> MAIL = Optional.of("new@example.org");

    private final FakeUsers users = new FakeUsers();
    private final UsersResource resource = new UsersResource(users);
    private final User anna = users.create(new NewUser("anna", "a@example.org", "Anna", Set.of(Role.USER), null));
    private final User bert = users.create(new NewUser("bert", "b@example.org", null, Set.of(Role.USER), null));
    private final SecurityContext admin = caller(null, Role.ADMIN);
    private final SecurityContext service = caller(null, Role.SERVICE);
    private final SecurityContext asAnna = caller(anna.id(), Role.USER);

    @Test
    void createAnswersWhereTheUserIs() {
        Response answer = resource.create(
                new CreateUser("carl", "c@example.org", null, null, null), uriInfo("https://host/api/v1/users"));
        UserBody body = (UserBody) answer.getEntity();
        assertThat(answer.getStatus()).isEqualTo(201);
        assertThat(answer.getLocation()).isEqualTo(URI.create("https://host/api/v1/users/" + body.id()));
        assertThat(answer.getEntityTag().getValue()).isEqualTo("1");
        assertThat(body.roles()).containsExactly("user");
        assertThat(body.status()).isEqualTo("active");
        assertThat(body.displayName()).isEmpty();
    }

    @Test
    void createNamesWhatIsMissingOrUnknown() {
        UriInfo uri = uriInfo("https://host/api/v1/users");
        refused(() -> resource.create(new CreateUser(null, "c@example.org", null, null, null), uri), 400, "username");
        refused(() -> resource.create(new CreateUser("carl", null, null, null, null), uri), 400, "email");
        refused(
                () -> resource.create(new CreateUser("carl", "c@x.org", null, List.of("user", "root"), null), uri),
                400,
                "roles[1]");
        refused(
                () -> resource.create(new CreateUser("carl", "c@x.org", null, Arrays.asList("user", null), null), uri),
                400,
                "roles[1]");
        refused(() -> resource.create(new CreateUser("carl", "c@x.org", null, List.of(), null), uri), 400, "roles");
        refused(
                () -> resource.create(new CreateUser("carl", "c@x.org", null, List.of("Admin"), null), uri),
                400,
                "roles[0]");
    }

    @Test
    void aUserSeesItselfOnly() {
        assertThat(resource.get(anna.id(), null, asAnna).getStatus()).isEqualTo(200);
        refused(() -> resource.get(bert.id(), null, asAnna), 404);
        refused(() -> resource.get(UNKNOWN, null, asAnna), 404);
        assertThat(resource.get(bert.id(), null, admin).getStatus()).isEqualTo(200);
        assertThat(resource.get(bert.id(), null, service).getStatus()).isEqualTo(200);
        refused(() -> resource.get(anna.id(), null, caller(anna.id(), Role.MONITOR)), 404);
    }

    @Test
    void whatBelongsToOthersLooksJustLikeNothing() {
        assertThat(problem(() -> resource.get(bert.id(), null, asAnna)).detail())
                .isEqualTo(problem(() -> resource.get(UNKNOWN, null, asAnna)).detail());
    }

    @Test
    void aMatchingTagIsNotModified() {
        Response answer = resource.get(anna.id(), "\"7\", W/\"1\"", asAnna);
        assertThat(answer.getStatus()).isEqualTo(304);
        assertThat(answer.getEntity()).isNull();
        assertThat(answer.getEntityTag().getValue()).isEqualTo("1");
        assertThat(resource.get(anna.id(), "\"2\"", asAnna).getStatus()).isEqualTo(200);
        assertThat(resource.me("\"1\"", asAnna).getStatus()).isEqualTo(304);
    }

    @Test
    void meIsTheUserOfTheClientIfItHasOne() {
        assertThat(((UserBody) resource.me(null, asAnna).getEntity()).id()).isEqualTo(anna.id());
        refused(() -> resource.me(null, admin), 404);
        refused(() -> resource.me(null, service), 404);
    }

    @Test
    void aUserChangesItsOwnFieldsOnly() {
        PatchUser own = patch(null, MAIL, Optional.empty(), null, Optional.of("new password"));
        UserBody body =
                (UserBody) resource.change(anna.id(), "\"1\"", own, asAnna).getEntity();
        assertThat(body.email()).isEqualTo("new@example.org");
        assertThat(body.displayName()).isEmpty();
        assertThat(body.version()).isEqualTo(2);

        PatchUser roles = patch(null, null, null, Optional.of(List.of("admin")), null);
        refused(() -> resource.change(anna.id(), "\"2\"", roles, asAnna), 403, "roles");
        PatchUser name = patch(Optional.of("anne"), null, null, null, null);
        refused(() -> resource.change(anna.id(), "\"2\"", name, asAnna), 403, "username");
        PatchUser status = new PatchUser(null, null, null, null, null, null, Optional.of("closed"), null, null, null);
        refused(() -> resource.change(anna.id(), "\"2\"", status, asAnna), 403, "status");
        assertThat(users.byId.get(anna.id()).roles()).containsExactly(Role.USER);
    }

    @Test
    void othersAreChangedByAnAdminOnly() {
        PatchUser patch = patch(null, MAIL, null, null, null);
        refused(() -> resource.change(bert.id(), "\"1\"", patch, asAnna), 404);
        refused(() -> resource.change(bert.id(), "\"1\"", patch, service), 403);
        refused(() -> resource.change(UNKNOWN, "\"1\"", patch, service), 404);
        refused(() -> resource.change(anna.id(), "\"1\"", patch, caller(anna.id(), Role.SERVICE)), 403);
        PatchUser roles = patch(Optional.of("berta"), null, null, Optional.of(List.of("user", "admin")), null);
        UserBody body =
                (UserBody) resource.change(bert.id(), "\"1\"", roles, admin).getEntity();
        assertThat(body.username()).isEqualTo("berta");
        assertThat(body.roles()).containsExactly("admin", "user");
    }

    @Test
    void aChangeNeedsTheVersionItWasMadeFor() {
        PatchUser patch = patch(null, MAIL, null, null, null);
        refused(() -> resource.change(anna.id(), null, patch, admin), 428);
        refused(() -> resource.change(anna.id(), "\"2\"", patch, admin), 412);
        refused(() -> resource.change(anna.id(), "W/\"1\"", patch, admin), 412);
        Response answer = resource.change(anna.id(), "*", patch, admin);
        assertThat(answer.getStatus()).isEqualTo(200);
        assertThat(answer.getEntityTag().getValue()).isEqualTo("2");
    }

    @Test
    void onlyTheDisplayNameCanBeRemoved() {
        refused(
                () -> resource.change(anna.id(), "\"1\"", patch(null, Optional.empty(), null, null, null), admin),
                400,
                "email");
        refused(
                () -> resource.change(anna.id(), "\"1\"", patch(Optional.empty(), null, null, null, null), admin),
                400,
                "username");
        refused(
                () -> resource.change(anna.id(), "\"1\"", patch(null, null, null, Optional.empty(), null), admin),
                400,
                "roles");
        refused(
                () -> resource.change(anna.id(), "\"1\"", patch(null, null, null, null, Optional.empty()), admin),
                400,
                "password");
        PatchUser version = new PatchUser(null, null, null, null, null, null, null, null, null, Optional.of(9));
        refused(() -> resource.change(anna.id(), "\"1\"", version, admin), 400, "version");
    }

    @Test
    void onlyAnAdminCloses() {
        refused(() -> resource.close(anna.id(), null, asAnna), 403);
        refused(() -> resource.close(bert.id(), null, asAnna), 404);
        refused(() -> resource.close(bert.id(), null, service), 403);
        refused(() -> resource.close(UNKNOWN, null, admin), 404);
        refused(() -> resource.close(bert.id(), "\"9\"", admin), 412);
        assertThat(resource.close(bert.id(), null, admin).getStatus()).isEqualTo(204);
        assertThat(users.byId.get(bert.id()).status()).isEqualTo(UserStatus.CLOSED);
    }

    @Test
    void aListTakesLimitCursorAndPrefix() {
        var page = resource.search("an", "1", PageRequest.cursor(anna.id()));
        assertThat(page.items()).hasSize(1);
        assertThat(page.next()).isEqualTo(PageRequest.cursor("next-id"));
        assertThat(users.lastSearch.prefix()).isEqualTo("an");
        assertThat(users.lastSearch.afterId()).contains(anna.id());
        refused(() -> resource.search(null, "0", null), 400, "limit");
        refused(() -> resource.search(null, "201", null), 400, "limit");
        refused(() -> resource.search(null, null, "!"), 400, "cursor");
        refused(() -> resource.search(null, null, PageRequest.cursor("' OR 1=1")), 400, "cursor");
        refused(() -> resource.search("x".repeat(255), null, null), 400, "q");
    }

    @Test
    void rolesOfEachMethod() {
        assertThat(rolesOf("create")).containsExactlyInAnyOrder("admin");
        assertThat(rolesOf("search")).containsExactlyInAnyOrder("admin", "service");
        for (String method : List.of("get", "me", "change", "close")) {
            assertThat(rolesOf(method)).as(method).containsExactlyInAnyOrder("admin", "service", "user");
        }
    }

    private static List<String> rolesOf(String method) {
        return Arrays.stream(UsersResource.class.getDeclaredMethods())
                .filter(candidate -> candidate.getName().equals(method))
                .flatMap(candidate -> Arrays.stream(
                        candidate.getAnnotation(RolesAllowed.class).value()))
                .toList();
    }

    private static PatchUser patch(
            Optional<String> username,
            Optional<String> email,
            Optional<String> displayName,
            Optional<List<String>> roles,
            Optional<String> password) {
        return new PatchUser(username, email, displayName, roles, password, null, null, null, null, null);
    }

    private static ProblemException problem(ThrowingCallable call) {
        try {
            call.call();
        } catch (ProblemException problem) {
            return problem;
        } catch (Throwable other) {
            throw new AssertionError("no problem but " + other, other);
        }
        throw new AssertionError("nothing was refused");
    }

    private static void refused(ThrowingCallable call, int status, String... fields) {
        assertThatThrownBy(call).isInstanceOfSatisfying(ProblemException.class, problem -> {
            assertThat(problem.type().status()).isEqualTo(status);
            assertThat(problem.errors()).extracting(FieldError::field).containsExactly(fields);
        });
    }

    private static UriInfo uriInfo(String path) {
        return (UriInfo) Proxy.newProxyInstance(
                UriInfo.class.getClassLoader(), new Class<?>[] {UriInfo.class}, (proxy, method, arguments) -> {
                    if (method.getName().equals("getAbsolutePathBuilder")) {
                        return UriBuilder.fromUri(path);
                    }
                    throw new UnsupportedOperationException(method.getName());
                });
    }

    private static SecurityContext caller(String userId, Role... roles) {
        Set<Role> granted = EnumSet.copyOf(List.of(roles));
        Caller caller = new Caller(
                userId == null ? "client" : userId, "client", Optional.ofNullable(userId), granted, "jti", Instant.MAX);
        return new SecurityContext() {
            @Override
            public Principal getUserPrincipal() {
                return caller;
            }

            @Override
            public boolean isUserInRole(String role) {
                return Role.of(role).filter(granted::contains).isPresent();
            }

            @Override
            public boolean isSecure() {
                return true;
            }

            @Override
            public String getAuthenticationScheme() {
                return "Bearer";
            }
        };
    }
}
