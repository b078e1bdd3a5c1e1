package io.plinth.shell.internal;

import io.plinth.security.Role;
import io.plinth.users.NewUser;
import io.plinth.users.User;
import io.plinth.users.Users;
import java.io.IOException;
import java.util.List;
import java.util.Set;
import org.apache.karaf.shell.api.action.Action;
import org.apache.karaf.shell.api.action.Argument;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Completion;
import org.apache.karaf.shell.api.action.Option;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.apache.karaf.shell.api.console.Session;
import org.apache.karaf.shell.support.completers.StringsCompleter;
import org.jspecify.annotations.Nullable;

/** {@code plinth:user-create}. */
@Service
@Command(scope = "plinth", name = "user-create", description = "Makes a user")
@SuppressWarnings("NullAway.Init") // The shell injects what is marked @Reference, @Argument and required.
public final class UserCreateCommand implements Action {
    @Argument(name = "username", required = true, description = "3 to 64 letters, digits, '.', '_' or '-'")
    String username;

    @Argument(index = 1, name = "email", required = true, description = "E-mail address")
    String email;

    @Option(
            name = "--role",
            multiValued = true,
            description = "admin, service, user or monitor; may be given several times; user if not given")
    @Completion(
            value = StringsCompleter.class,
            values = {"admin", "service", "user", "monitor"})
    @Nullable
    List<String> roles;

    @Option(name = "--name", description = "Name to show")
    @Nullable
    String displayName;

    @Option(name = "--password", description = "Asks for a password; without it the user gets none")
    boolean asksPassword;

    @Reference
    Users users;

    @Reference
    Session session;

    @Override
    public @Nullable Object execute() throws IOException {
        Set<Role> granted = roles == null ? NewUser.ROLES_DEFAULT : RoleOptions.parse(roles);
        String password = asksPassword ? readPassword() : null;
        User user = users.create(new NewUser(username, email, displayName, granted, password));
        session.getConsole().println("Created user " + user.username() + ", id " + user.id());
        return null;
    }

    private String readPassword() throws IOException {
        String password = session.readLine("Password: ", '*');
        String again = session.readLine("Password again: ", '*');
        if (password == null || !password.equals(again)) {
            throw new IllegalArgumentException("The two passwords differ; nothing was created. Run the command again.");
        }
        return password;
    }
}
