package org.example.${name}.internal;

import io.plinth.capability.RestResource;
import io.plinth.tx.Transactions;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import javax.annotation.security.PermitAll;
import javax.ws.rs.Consumes;
import javax.ws.rs.GET;
import javax.ws.rs.POST;
import javax.ws.rs.Path;
import javax.ws.rs.Produces;
import javax.ws.rs.core.MediaType;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** Lines in a table of its own, which its migrations make. */
@Component(service = RestResource.class)
@Path("/api/v1/${name}/notes")
@Produces(MediaType.TEXT_PLAIN)
@PermitAll
public final class Notes implements RestResource {
    private final Transactions transactions;

    @Activate
    public Notes(@Reference Transactions transactions) {
        this.transactions = transactions;
    }

    @GET
    public String count() {
        return transactions.read(transaction -> {
            try (PreparedStatement select =
                            transaction.connection().prepareStatement("SELECT COUNT(*) FROM ${name}_note");
                    ResultSet rows = select.executeQuery()) {
                rows.next();
                return Long.toString(rows.getLong(1));
            } catch (SQLException e) {
                throw new IllegalStateException(e);
            }
        });
    }

    @POST
    @Consumes(MediaType.TEXT_PLAIN)
    public String add(String text) {
        return transactions.write(transaction -> {
            try (PreparedStatement insert =
                    transaction.connection().prepareStatement("INSERT INTO ${name}_note (text) VALUES (?)")) {
                insert.setString(1, text);
                insert.executeUpdate();
                return "added";
            } catch (SQLException e) {
                throw new IllegalStateException(e);
            }
        });
    }
}
