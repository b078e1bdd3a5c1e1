package io.plinth.issuer.internal;

import io.plinth.security.Role;
import io.plinth.tx.Transactions;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Clients and signing keys in the database, by plain statements. */
final class JdbcIssuerStore implements ClientStore, SigningKeyStore {
    private static final int KEYS_MAX = 50;

    /** ER_DUP_ENTRY; a count of rows would not tell, since the driver counts those found as well. */
    private static final int DUPLICATE_KEY = 1062;

    private static final String CLIENT_COLUMNS = "id, name, secret_hash, roles, user_id, created_at";

    private interface Statement<T> {
        T on(Connection connection) throws SQLException;
    }

    private final Transactions transactions;

    JdbcIssuerStore(Transactions transactions) {
        this.transactions = transactions;
    }

    @Override
    public boolean add(Client client) {
        return write(connection -> {
            try (PreparedStatement insert = connection.prepareStatement(
                    "INSERT INTO oauth_clients (" + CLIENT_COLUMNS + ") VALUES (?, ?, ?, ?, ?, ?)")) {
                insert.setString(1, client.id());
                insert.setString(2, client.name());
                insert.setString(3, client.secretHash());
                insert.setString(
                        4, client.roles().stream().map(Role::roleName).sorted().collect(Collectors.joining(",")));
                insert.setString(5, client.userId());
                insert.setObject(6, utc(client.createdAt()));
                insert.executeUpdate();
                return true;
            } catch (SQLException failure) {
                if (failure.getErrorCode() == DUPLICATE_KEY) {
                    return false;
                }
                throw failure;
            }
        });
    }

    @Override
    public Optional<Client> find(String id) {
        return read(connection -> {
            try (PreparedStatement select = connection.prepareStatement(
                    "SELECT " + CLIENT_COLUMNS + " FROM oauth_clients WHERE id = ? AND deleted_at IS NULL")) {
                select.setString(1, id);
                return clients(select).stream().findFirst();
            }
        });
    }

    @Override
    public List<Client> list(int limit, String after) {
        return read(connection -> {
            try (PreparedStatement select = connection.prepareStatement("SELECT " + CLIENT_COLUMNS
                    + " FROM oauth_clients WHERE id > ? AND deleted_at IS NULL ORDER BY id LIMIT ?")) {
                select.setString(1, after);
                select.setInt(2, limit);
                return clients(select);
            }
        });
    }

    @Override
    public boolean remove(String id, Instant at) {
        return write(connection -> {
            try (PreparedStatement update = connection.prepareStatement(
                    "UPDATE oauth_clients SET deleted_at = ? WHERE id = ? AND deleted_at IS NULL")) {
                update.setObject(1, utc(at));
                update.setString(2, id);
                return update.executeUpdate() == 1;
            }
        });
    }

    @Override
    public void replaceSecretHash(String id, String secretHash) {
        write(connection -> {
            try (PreparedStatement update =
                    connection.prepareStatement("UPDATE oauth_clients SET secret_hash = ? WHERE id = ?")) {
                update.setString(1, secretHash);
                update.setString(2, id);
                return update.executeUpdate();
            }
        });
    }

    @Override
    public List<StoredKey> all() {
        return read(JdbcIssuerStore::keys);
    }

    @Override
    public List<StoredKey> allOrAdd(Predicate<StoredKey> usable, Supplier<StoredKey> maker) {
        return write(connection -> {
            try (PreparedStatement lock =
                    connection.prepareStatement("SELECT id FROM oauth_signing_key_lock WHERE id = 1 FOR UPDATE")) {
                lock.executeQuery().close();
            }
            if (keys(connection).stream().noneMatch(usable)) {
                insert(connection, maker.get());
            }
            return keys(connection);
        });
    }

    private static void insert(Connection connection, StoredKey key) throws SQLException {
        try (PreparedStatement insert = connection.prepareStatement(
                "INSERT INTO oauth_signing_keys (id, public_jwk, private_jwk_encrypted, created_at) VALUES (?, ?, ?, ?)")) {
            insert.setString(1, key.id());
            insert.setString(2, key.publicJwk());
            insert.setBytes(3, key.privateJwkEncrypted());
            insert.setObject(4, utc(key.createdAt()));
            insert.executeUpdate();
        }
    }

    private static List<StoredKey> keys(Connection connection) throws SQLException {
        try (PreparedStatement select = connection.prepareStatement("SELECT id, public_jwk, private_jwk_encrypted,"
                + " created_at FROM oauth_signing_keys ORDER BY created_at DESC, id DESC LIMIT " + KEYS_MAX)) {
            List<StoredKey> keys = new ArrayList<>();
            try (ResultSet row = select.executeQuery()) {
                while (row.next()) {
                    keys.add(new StoredKey(row.getString(1), row.getString(2), row.getBytes(3), instant(row, 4)));
                }
            }
            return keys;
        }
    }

    private static List<Client> clients(PreparedStatement select) throws SQLException {
        List<Client> clients = new ArrayList<>();
        try (ResultSet row = select.executeQuery()) {
            while (row.next()) {
                @Nullable String userId = row.getString(5);
                clients.add(new Client(
                        row.getString(1),
                        row.getString(2),
                        row.getString(3),
                        roles(row.getString(4)),
                        userId,
                        instant(row, 6)));
            }
        }
        return clients;
    }

    private static Set<Role> roles(String names) {
        Set<Role> roles = EnumSet.noneOf(Role.class);
        for (String name : names.split(",", -1)) {
            Role.of(name).ifPresent(roles::add);
        }
        return roles;
    }

    private static LocalDateTime utc(Instant instant) {
        return LocalDateTime.ofInstant(instant, ZoneOffset.UTC);
    }

    private static Instant instant(ResultSet row, int column) throws SQLException {
        return row.getObject(column, LocalDateTime.class).toInstant(ZoneOffset.UTC);
    }

    private <T> T read(Statement<T> statement) {
        return transactions.read(transaction -> run(statement, transaction.connection()));
    }

    private <T> T write(Statement<T> statement) {
        return transactions.write(transaction -> run(statement, transaction.connection()));
    }

    private static <T> T run(Statement<T> statement, Connection connection) {
        try {
            return statement.on(connection);
        } catch (SQLException failure) {
            throw new DatabaseException(failure);
        }
    }

    /** Carries the failure out of the work; the platform looks for its cause to retry or to answer 503. */
    private static final class DatabaseException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        DatabaseException(SQLException cause) {
            super(cause);
        }
    }
}
