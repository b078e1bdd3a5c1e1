package io.plinth.issuer.internal.rest;

import io.plinth.issuer.internal.Clients.NewClient;
import io.plinth.issuer.internal.EmbeddedIssuer;
import io.plinth.security.Clients;
import io.plinth.security.Role;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** The clients as the shell asks for them, under the same rules as over REST. */
@Component(enabled = false)
public final class ShellClients implements Clients {
    private final EmbeddedIssuer issuer;

    @Activate
    public ShellClients(@Reference EmbeddedIssuer issuer) {
        this.issuer = issuer;
    }

    @Override
    public Credentials create(String name, Set<Role> roles, Optional<String> userId) {
        ClientRequest request = new ClientRequest(
                name, roles.stream().map(Role::roleName).sorted().toList(), userId.orElse(null));
        NewClient made = issuer.clients().create(request.checkedName(), request.checkedRoles(), request.userId());
        return new Credentials(made.client().id(), made.secret());
    }

    @Override
    public List<Client> list(int limit, Optional<String> after) {
        return issuer.clients().list(Math.min(LIMIT_MAX, Math.max(1, limit)), after).stream()
                .map(client -> new Client(
                        client.id(),
                        client.name(),
                        client.roles(),
                        Optional.ofNullable(client.userId()),
                        client.createdAt()))
                .toList();
    }
}
