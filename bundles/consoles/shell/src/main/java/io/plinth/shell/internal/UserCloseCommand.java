package io.plinth.shell.internal;

import io.plinth.users.User;
import io.plinth.users.UserStatus;
import io.plinth.users.Users;
import java.util.OptionalLong;
import org.apache.karaf.shell.api.action.Action;
import org.apache.karaf.shell.api.action.Argument;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.apache.karaf.shell.api.console.Session;
import org.jspecify.annotations.Nullable;

/** {@code plinth:user-close}. */
@Service
@Command(
        scope = "plinth",
        name = "user-close",
        description = "Closes a user for good; history and accounts stay, username and e-mail stay taken")
@SuppressWarnings("NullAway.Init") // The shell injects what is marked @Reference and required.
public final class UserCloseCommand implements Action {
    @Argument(name = "user", required = true, description = "Id or username")
    String idOrUsername;

    @Reference
    Users users;

    @Reference
    Session session;

    @Override
    public @Nullable Object execute() {
        User user = users.find(idOrUsername)
                .or(() -> users.findByUsername(idOrUsername))
                .orElseThrow(() -> new IllegalArgumentException("There is no user with the id or username '"
                        + idOrUsername + "'. plinth:user-list shows all."));
        if (user.status() == UserStatus.CLOSED) {
            session.getConsole().println("User " + user.username() + " was closed already, " + user.updatedAt());
            return null;
        }
        users.close(user.id(), OptionalLong.empty());
        session.getConsole().println("Closed user " + user.username() + ", id " + user.id());
        return null;
    }
}
