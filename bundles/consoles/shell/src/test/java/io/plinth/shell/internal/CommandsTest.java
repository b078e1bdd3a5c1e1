package io.plinth.shell.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.plinth.capability.Capabilities.CapabilityVersion;
import io.plinth.capability.Capabilities.State;
import io.plinth.security.Role;
import io.plinth.users.UserStatus;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.apache.karaf.shell.api.action.Command;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CommandsTest {
    private final FakeSession session = new FakeSession();
    private final FakeUsers users = new FakeUsers();
    private final FakeClients clients = new FakeClients();

    @Test
    void listsUsersAndSaysHowToGoOn() {
        create("anna", List.of("admin", "user"));
        create("张伟明", null);
        UserListCommand command = listCommand();
        command.limit = 1;
        command.prefix = "a";
        command.execute();
        assertThat(session.printed())
                .contains("Username", "anna@example.org", "admin, user", "active", "add --after id-0")
                .doesNotContain("张伟明@example.org");
        assertThat(users.lastSearch.prefix()).isEqualTo("a");
    }

    @Test
    void saysThatThereAreNone() {
        listCommand().execute();
        assertThat(session.printed()).contains("No users.").doesNotContain("--after");
    }

    @Test
    void createsWithoutPasswordUnlessAsked() {
        create("anna", null);
        assertThat(users.all.get(0).roles()).containsExactly(Role.USER);
        assertThat(users.passwords).containsExactly((String) null);
        assertThat(session.printed()).contains("Created user anna, id id-0");
    }

    @Test
    void asksForThePasswordTwiceAndNeverShowsIt() throws Exception {
        UserCreateCommand command = createCommand("anna", null);
        command.asksPassword = true;
        session.typed.addAll(List.of("correct horse", "correct horse"));
        command.execute();
        assertThat(users.passwords).containsExactly("correct horse");
        assertThat(session.masks.toString()).isEqualTo("**");
        assertThat(session.printed()).doesNotContain("correct horse");
    }

    @Test
    void createsNothingWhenSomethingIsWrong() {
        UserCreateCommand command = createCommand("anna", null);
        command.asksPassword = true;
        session.typed.addAll(List.of("correct horse", "correct house"));
        assertThatThrownBy(command::execute).hasMessageContaining("differ").hasMessageNotContaining("horse");
        assertThatThrownBy(() -> create("anna", List.of("root")))
                .hasMessageContaining("'root'")
                .hasMessageContaining("monitor");
        assertThat(users.all).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"id-0", "anna"})
    void closesByIdOrUsername(String idOrUsername) {
        create("anna", null);
        closeCommand(idOrUsername).execute();
        assertThat(users.all).singleElement().satisfies(user -> assertThat(user.status())
                .isEqualTo(UserStatus.CLOSED));
        assertThat(session.printed()).contains("Closed user anna, id id-0");
        closeCommand(idOrUsername).execute();
        assertThat(session.printed()).contains("was closed already");
    }

    @Test
    void saysWhatToDoAboutAnUnknownUser() {
        assertThatThrownBy(() -> closeCommand("nobody").execute())
                .hasMessageContaining("'nobody'")
                .hasMessageContaining("user-list");
    }

    @Test
    void listsCapabilities() {
        CapabilityListCommand command = new CapabilityListCommand();
        command.session = session.session();
        command.capabilities = () -> List.of(
                new CapabilityVersion("users", "0.1.0", State.ACTIVE, "", 77, Set.of()),
                new CapabilityVersion("users", "0.2.0", State.STARTING, "does not answer yet", 78, Set.of()));
        command.execute();
        assertThat(session.printed()).contains("users", "0.1.0", "active", "77", "starting", "does not answer yet");
    }

    @Test
    void makesAClientAndShowsItsSecretOnce() {
        ClientCreateCommand command = clientCommand("reports");
        command.roles = List.of("service");
        command.execute();
        assertThat(session.printed()).contains("client_id", "id of reports", "the secret", "not be shown again");

        ClientListCommand list = new ClientListCommand();
        list.session = session.session();
        list.clients = clients;
        list.execute();
        assertThat(session.printed())
                .contains("reports", "service", "1970-01-01T00:00:00Z")
                .doesNotContain("--after");
        list.limit = 1;
        list.execute();
        assertThat(session.printed()).contains("--after 'id of reports'");
    }

    @Test
    void aClientNeedsARole() {
        ClientCreateCommand command = clientCommand("reports");
        command.roles = List.of("root");
        assertThatThrownBy(command::execute).hasMessageContaining("'root'");
        assertThat(clients.all).isEmpty();
    }

    private ClientCreateCommand clientCommand(String name) {
        ClientCreateCommand command = new ClientCreateCommand();
        command.session = session.session();
        command.clients = clients;
        command.name = name;
        return command;
    }

    @Test
    void saysHowLongEventsWait() {
        Instant now = Instant.ofEpochSecond(100);
        assertThat(OutboxStatusCommand.describe(0, 0, 0, now)).isEqualTo("No events wait for the broker.");
        assertThat(OutboxStatusCommand.describe(7, 40_500, 0, now))
                .contains("7 events", "1970-01-01T00:00:40.500Z", "(59 s)")
                .doesNotContain("broker up?");
        assertThat(OutboxStatusCommand.describe(7, 40_500, 3, now)).contains("at most 3 times", "broker up?");
    }

    @Test
    void commandsLiveInOneScope() {
        for (Class<?> command : List.of(
                UserListCommand.class,
                UserCreateCommand.class,
                UserCloseCommand.class,
                CapabilityListCommand.class,
                ClientCreateCommand.class,
                ClientListCommand.class,
                OutboxStatusCommand.class)) {
            assertThat(command.getAnnotation(Command.class).scope())
                    .as(command.getName())
                    .isEqualTo("plinth");
        }
    }

    private UserListCommand listCommand() {
        UserListCommand command = new UserListCommand();
        command.users = users;
        command.session = session.session();
        return command;
    }

    private void create(String username, List<String> roles) {
        try {
            createCommand(username, roles).execute();
        } catch (java.io.IOException failure) {
            throw new AssertionError(failure);
        }
    }

    private UserCreateCommand createCommand(String username, List<String> roles) {
        UserCreateCommand command = new UserCreateCommand();
        command.users = users;
        command.session = session.session();
        command.username = username;
        command.email = username + "@example.org";
        command.roles = roles;
        return command;
    }

    private UserCloseCommand closeCommand(String idOrUsername) {
        UserCloseCommand command = new UserCloseCommand();
        command.users = users;
        command.session = session.session();
        command.idOrUsername = idOrUsername;
        return command;
    }
}
