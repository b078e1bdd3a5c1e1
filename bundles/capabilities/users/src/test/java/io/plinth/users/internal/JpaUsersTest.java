package io.plinth.users.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.plinth.problem.ProblemException;
import io.plinth.security.PasswordHasher;
import io.plinth.security.Role;
import io.plinth.users.NewUser;
import io.plinth.users.User;
import io.plinth.users.UserChange;
import io.plinth.users.UserPage;
import io.plinth.users.UserSearch;
import io.plinth.users.UserStatus;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.IntFunction;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

@EnabledOnOs(value = OS.LINUX, architectures = "amd64", disabledReason = "the tests' archive is for Linux on amd64")
class JpaUsersTest {
    private static final int THREADS = 16;
    private static final Instant NOW = Instant.parse("2026-03-29T02:30:00.123456789Z");

    private static final AtomicLong COUNTING_SELECTS = new AtomicLong();

    @TempDir
    static Path folder;

    private static TestDatabase database;
    private static JpaUsers users;

    @BeforeAll
    static void start() throws Exception {
        database = new TestDatabase(folder.resolve("data"));
        users = new JpaUsers(database, new ReversingHasher(), Clock.fixed(NOW, ZoneOffset.UTC));
    }

    @AfterAll
    static void stop() {
        if (database != null) {
            database.close();
        }
    }

    @BeforeEach
    void empty() throws SQLException {
        database.execute("DELETE FROM users");
        database.execute("DELETE FROM published");
    }

    @Test
    void whatWasAnsweredIsWhatIsRead() throws SQLException {
        User made = users.create(new NewUser(
                "Ａnna", "Anna@Bücher.example", "Anna 👩‍🚀", Set.of(Role.USER, Role.ADMIN), "correct horse"));
        assertThat(made.username()).isEqualTo("Anna");
        assertThat(made.version()).isEqualTo(1);
        assertThat(made.status()).isEqualTo(UserStatus.ACTIVE);
        assertThat(made.createdAt()).isEqualTo(Instant.parse("2026-03-29T02:30:00.123456Z"));
        assertThat(made.updatedAt()).isEqualTo(made.createdAt());
        assertThat(made.roles()).containsExactly(Role.ADMIN, Role.USER);
        assertThat(java.util.UUID.fromString(made.id()).version()).isEqualTo(7);

        database.count.set(0);
        assertThat(users.find(made.id())).contains(made);
        assertThat(database.count).hasValue(1);
        assertThat(users.findByUsername("ANNA")).contains(made);
        assertThat(users.activeRoles(made.id())).contains(Set.of(Role.ADMIN, Role.USER));
        assertThat(database.query("SELECT password_hash FROM users")).containsExactly("hash:esroh tcerroc");
    }

    @Test
    void whatIsNoIdIsNobody() {
        for (String id : List.of("", "me", "1-1-1-1-1", "' OR 1=1 -- ", "01900000-0000-7000-8000-999999999999")) {
            assertThat(users.find(id)).isEmpty();
            assertThat(users.activeRoles(id)).isEmpty();
            refused(() -> users.close(id, OptionalLong.empty()), "not-found", List.of());
            refused(() -> users.change(id, 1, email("x@example.org")), "not-found", List.of());
        }
        assertThat(users.findByUsername("no such")).isEmpty();
    }

    @Test
    void usernameAndEmailAreTakenInAnyCaseAndForm() {
        create("Straße", "Jürgen@bücher.example");
        refused(() -> create("STRASSE", "other@example.org"), "user-exists", List.of("username"));
        refused(() -> create("other", "JÜRGEN@xn--bcher-kva.example"), "user-exists", List.of("email"));
        // The value in the driver's message must not be taken for the name of the index.
        create("users_email_key", "third@example.org");
        refused(() -> create("users_email_key", "fourth@example.org"), "user-exists", List.of("username"));
        User fifth = create("fifth", "fifth@example.org");
        refused(() -> users.change(fifth.id(), 1, email("Third@example.org")), "user-exists", List.of("email"));
        assertThat(users.find(fifth.id())).contains(fifth);
    }

    @Test
    void aClosedUserKeepsItsNamesAndNeverChanges() {
        User user = create("anna", "anna@example.org");
        User closed = users.close(user.id(), OptionalLong.of(1));
        assertThat(closed.status()).isEqualTo(UserStatus.CLOSED);
        assertThat(closed.version()).isEqualTo(2);
        assertThat(users.close(user.id(), OptionalLong.empty())).isEqualTo(closed);
        assertThat(users.find(user.id())).contains(closed);
        assertThat(users.activeRoles(user.id())).isEmpty();
        refused(() -> users.change(user.id(), 2, email("new@example.org")), "user-closed", List.of());
        refused(() -> users.close(user.id(), OptionalLong.of(1)), "precondition-failed", List.of());
        refused(() -> create("Anna", "new@example.org"), "user-exists", List.of("username"));
        refused(() -> create("new", "anna@EXAMPLE.org"), "user-exists", List.of("email"));
    }

    @Test
    void aChangeCountsTheVersionAndNothingElse() throws SQLException {
        User user = users.create(new NewUser("anna", "anna@example.org", "Anna", Set.of(Role.USER), "correct horse"));
        User changed = users.change(
                user.id(),
                1,
                new UserChange("Anne", "Anna@example.org", Optional.empty(), Set.of(Role.SERVICE), "new password"));
        assertThat(changed.version()).isEqualTo(2);
        assertThat(changed.username()).isEqualTo("Anne");
        assertThat(changed.email()).isEqualTo("Anna@example.org");
        assertThat(changed.displayName()).isNull();
        assertThat(changed.roles()).containsExactly(Role.SERVICE);
        assertThat(changed.createdAt()).isEqualTo(user.createdAt());
        assertThat(users.find(user.id())).contains(changed);
        assertThat(database.query("SELECT password_hash FROM users")).containsExactly("hash:drowssap wen");
        refused(() -> users.change(user.id(), 1, email("x@example.org")), "precondition-failed", List.of());
        refused(() -> users.change(user.id(), 3, email("x@example.org")), "precondition-failed", List.of());
    }

    @Test
    void aChangeOfNothingMakesNoVersionAndNoEvent() throws SQLException {
        User user = create("anna", "anna@example.org");
        User same = users.change(
                user.id(), 1, new UserChange("ａnna", "anna@example.org", Optional.empty(), Set.of(Role.USER), null));
        assertThat(same).isEqualTo(user);
        assertThat(users.change(user.id(), 1, new UserChange(null, null, null, null, null)))
                .isEqualTo(user);
        assertThat(database.query("SELECT type FROM published")).containsExactly("io.plinth.users.created");
    }

    @Test
    void everyWriteLeavesOneEventWithoutPersonalData() throws SQLException {
        User user =
                users.create(new NewUser("anna", "secret@example.org", "Secret", Set.of(Role.USER), "secret horse"));
        users.change(
                user.id(), 1, new UserChange(null, "secret2@example.org", Optional.of("Secret 2"), null, "secret dog"));
        users.close(user.id(), OptionalLong.empty());
        users.close(user.id(), OptionalLong.empty());
        assertThat(database.query("SELECT type FROM published ORDER BY n"))
                .containsExactly("io.plinth.users.created", "io.plinth.users.updated", "io.plinth.users.closed");
        List<String> events = database.query("SELECT event FROM published ORDER BY n");
        assertThat(events).allSatisfy(event -> assertThat(event)
                .contains(
                        "queue.users.events",
                        "subject=" + user.id(),
                        "id=" + user.id(),
                        "username=anna",
                        "roles=[user]")
                .doesNotContainIgnoringCase("secret"));
        assertThat(events.get(0)).contains("version=1", "status=active");
        assertThat(events.get(1)).contains("version=2", "changed=[email, displayName, password]");
        assertThat(events.get(2)).contains("version=3", "status=closed");
    }

    @Test
    void whatIsRefusedLeavesNoRowAndNoEvent() throws SQLException {
        create("anna", "anna@example.org");
        refused(() -> create("anna", "other@example.org"), "user-exists", List.of("username"));
        refused(() -> create("x", "other@example.org"), "invalid-request", List.of("username"));
        refused(() -> create("other", "other"), "invalid-request", List.of("email"));
        assertThat(database.query("SELECT username FROM users")).containsExactly("anna");
        assertThat(database.query("SELECT type FROM published")).hasSize(1);
    }

    @Test
    void aUserWhoseEventCannotBeWrittenIsNotMade() throws SQLException {
        database.execute("RENAME TABLE published TO away");
        try {
            assertThatThrownBy(() -> create("anna", "anna@example.org")).isInstanceOf(IllegalStateException.class);
        } finally {
            database.execute("RENAME TABLE away TO published");
        }
        assertThat(database.query("SELECT username FROM users")).isEmpty();
    }

    @Test
    void oneOfManyGetsAUsernameAtTheSameMoment() throws Exception {
        List<String> outcomes = race(n -> create(n % 2 == 0 ? "anna" : "ANNA", "mail" + n + "@example.org"));
        assertThat(outcomes).filteredOn("won"::equals).hasSize(1);
        assertThat(outcomes).filteredOn("user-exists [username]"::equals).hasSize(THREADS - 1);
        assertThat(database.query("SELECT type FROM published")).hasSize(1);
    }

    @Test
    void oneOfManyGetsAnEmailAtTheSameMoment() throws Exception {
        List<String> outcomes = race(n -> create("name" + n, n % 2 == 0 ? "a@example.org" : "A@Example.org"));
        assertThat(outcomes).filteredOn("won"::equals).hasSize(1);
        assertThat(outcomes).filteredOn("user-exists [email]"::equals).hasSize(THREADS - 1);
    }

    @Test
    void oneOfManyChangesAVersion() throws Exception {
        User user = create("anna", "anna@example.org");
        List<String> outcomes = race(n -> users.change(user.id(), 1, email("new" + n + "@example.org")));
        assertThat(outcomes).filteredOn("won"::equals).hasSize(1);
        assertThat(outcomes).filteredOn("precondition-failed []"::equals).hasSize(THREADS - 1);
        assertThat(users.find(user.id()).orElseThrow().version()).isEqualTo(2);
        assertThat(database.query("SELECT type FROM published")).hasSize(2);
    }

    @Test
    void pagesHaveNoGapsAndNoDoubles() {
        List<String> made = new ArrayList<>();
        for (int n = 0; n < 23; n++) {
            made.add(create("user" + n, "u" + n + "@example.org").id());
        }
        for (String prefix : List.of("", "USER", "u")) {
            for (int limit : List.of(1, 5, 22, 23, 24, 200)) {
                List<String> seen = new ArrayList<>();
                Optional<String> after = Optional.empty();
                do {
                    UserPage page = users.search(new UserSearch(prefix, limit, after));
                    assertThat(page.users()).hasSizeLessThanOrEqualTo(limit).isNotEmpty();
                    page.users().forEach(user -> seen.add(user.id()));
                    after = page.nextAfterId();
                } while (after.isPresent());
                assertThat(seen).containsExactlyElementsOf(made);
            }
        }
    }

    @Test
    void searchTakesWhatIsWrittenForItself() {
        create("a_b", "x@example.org");
        create("aab", "a%b!c@example.org");
        create("ΟΔΟΣΑ", "jürgen@bücher.example");
        create("straße", "back\u007Cslash@example.org".replace('\u007C', '-'));
        assertThat(found("a_")).containsExactly("a_b");
        assertThat(found("a%")).containsExactly("aab");
        assertThat(found("a%b!")).containsExactly("aab");
        assertThat(found("A%B!C@EXAMPLE.org")).containsExactly("aab");
        assertThat(found("a")).containsExactly("a_b", "aab");
        assertThat(found("%")).isEmpty();
        assertThat(found("_")).isEmpty();
        assertThat(found("!")).isEmpty();
        assertThat(found("\\")).isEmpty();
        assertThat(found("a\\_")).isEmpty();
        assertThat(found("'")).isEmpty();
        assertThat(found("οδος")).containsExactly("ΟΔΟΣΑ");
        assertThat(found("STRASS")).containsExactly("straße");
        assertThat(found("Jürgen@BÜCHER.example")).containsExactly("ΟΔΟΣΑ");
        assertThat(found("b")).containsExactly("straße");
    }

    @Test
    void aPrefixGoesThroughTheIndexes() throws SQLException {
        database.execute(
                "INSERT INTO users SELECT CONCAT('01900000-0000-7000-8000-', LPAD(seq, 12, '0')), CONCAT('user', seq),"
                        + " CONCAT('user', seq), CONCAT('mail', seq, '@x.org'), CONCAT('mail', seq, '@x.org'), NULL, NULL, 'user',"
                        + " 'active', 0, 0, 1 FROM seq_1_to_5000");
        database.execute("ANALYZE TABLE users");
        String plan = String.join(
                " ",
                database.query(
                        "EXPLAIN FORMAT=JSON SELECT * FROM users WHERE id > ''"
                                + " AND (username_key LIKE 'user123%' ESCAPE '!' OR email_key LIKE 'user123%' ESCAPE '!') ORDER BY id LIMIT 51"));
        assertThat(plan).contains("users_username_key", "users_email_key", "index_merge");
        assertThat(found("user123")).hasSize(11);
    }

    @Test
    void aUserIsReadInOneStatement() throws SQLException {
        User user = create("anna", "anna@example.org");
        users.find(user.id());
        long before = selects();
        users.find(user.id());
        assertThat(selects() - before).isEqualTo(1);
    }

    private static long selects() throws SQLException {
        return Long.parseLong(database.query("SELECT variable_value FROM information_schema.global_status"
                                + " WHERE variable_name = 'COM_SELECT'")
                        .get(0))
                - COUNTING_SELECTS.getAndIncrement();
    }

    private static List<String> found(String prefix) {
        return users.search(new UserSearch(prefix, 50, Optional.empty())).users().stream()
                .map(User::username)
                .toList();
    }

    private static User create(String username, String email) {
        return users.create(new NewUser(username, email, null, NewUser.ROLES_DEFAULT, null));
    }

    private static UserChange email(String email) {
        return new UserChange(null, email, null, null, null);
    }

    private static List<String> race(IntFunction<User> work) throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(THREADS);
        try {
            CyclicBarrier start = new CyclicBarrier(THREADS);
            List<Future<String>> futures = new ArrayList<>();
            for (int n = 0; n < THREADS; n++) {
                int number = n;
                Callable<String> contender = () -> {
                    start.await(30, TimeUnit.SECONDS);
                    try {
                        work.apply(number);
                        return "won";
                    } catch (ProblemException problem) {
                        return problem.type().name() + " "
                                + problem.errors().stream()
                                        .map(error -> error.field())
                                        .toList();
                    }
                };
                futures.add(threads.submit(contender));
            }
            List<String> outcomes = new ArrayList<>();
            for (Future<String> future : futures) {
                outcomes.add(future.get(60, TimeUnit.SECONDS));
            }
            return outcomes;
        } finally {
            threads.shutdownNow();
        }
    }

    private static void refused(ThrowingCallable call, String type, List<String> fields) {
        assertThatThrownBy(call).isInstanceOfSatisfying(ProblemException.class, problem -> {
            assertThat(problem.type().name()).isEqualTo(type);
            assertThat(problem.errors()).extracting(error -> error.field()).isEqualTo(fields);
        });
    }

    private static final class ReversingHasher implements PasswordHasher {
        @Override
        public String hash(String password) {
            return "hash:" + new StringBuilder(password).reverse();
        }

        @Override
        public boolean matches(String password, String hash) {
            return hash.equals(hash(password));
        }
    }
}
