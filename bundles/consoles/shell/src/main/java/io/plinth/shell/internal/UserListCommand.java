package io.plinth.shell.internal;

import io.plinth.users.User;
import io.plinth.users.UserPage;
import io.plinth.users.UserSearch;
import io.plinth.users.Users;
import java.io.PrintStream;
import java.util.Optional;
import org.apache.karaf.shell.api.action.Action;
import org.apache.karaf.shell.api.action.Argument;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Option;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.apache.karaf.shell.api.console.Session;
import org.apache.karaf.shell.support.table.ShellTable;
import org.jspecify.annotations.Nullable;

/** {@code plinth:user-list}. */
@Service
@Command(scope = "plinth", name = "user-list", description = "Lists users, oldest first")
@SuppressWarnings("NullAway.Init") // The shell injects what is marked @Reference.
public final class UserListCommand implements Action {
    @Argument(name = "prefix", description = "What username or e-mail starts with, in any case; all users if not given")
    @Nullable
    String prefix;

    @Option(name = "--limit", description = "Users a page, 1 to 200")
    int limit = 50;

    @Option(name = "--after", description = "Id of the last user of the page before")
    @Nullable
    String after;

    @Reference
    Users users;

    @Reference
    Session session;

    @Override
    public @Nullable Object execute() {
        UserPage page = users.search(new UserSearch(prefix == null ? "" : prefix, limit, Optional.ofNullable(after)));
        PrintStream console = session.getConsole();
        ShellTable table = new ShellTable().emptyTableText("No users.");
        table.column("Username");
        table.column("E-mail");
        table.column("Status");
        table.column("Roles");
        table.column("Created");
        table.column("Id");
        for (User user : page.users()) {
            table.addRow()
                    .addContent(
                            user.username(),
                            user.email(),
                            user.status().statusName(),
                            RoleOptions.show(user.roles()),
                            user.createdAt(),
                            user.id());
        }
        table.print(console);
        page.nextAfterId().ifPresent(id -> console.println("There are more: add --after " + id));
        return null;
    }
}
