package io.plinth.transactions.internal;

import java.nio.ByteBuffer;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** How values lie in the columns of the ledger: UUIDs in 16 bytes, times in microseconds since 1970. */
final class Columns {
    private static final int UUID_BYTES = 16;

    private Columns() {}

    static byte[] bytes(UUID id) {
        return ByteBuffer.allocate(UUID_BYTES)
                .putLong(id.getMostSignificantBits())
                .putLong(id.getLeastSignificantBits())
                .array();
    }

    static void set(PreparedStatement statement, int column, @Nullable UUID id) throws SQLException {
        if (id == null) {
            statement.setNull(column, Types.BINARY);
        } else {
            statement.setBytes(column, bytes(id));
        }
    }

    static void set(PreparedStatement statement, int column, @Nullable Long number) throws SQLException {
        if (number == null) {
            statement.setNull(column, Types.BIGINT);
        } else {
            statement.setLong(column, number);
        }
    }

    static void set(PreparedStatement statement, int column, @Nullable Instant time) throws SQLException {
        set(statement, column, time == null ? null : (Long) micros(time));
    }

    static UUID id(ResultSet row, int column) throws SQLException {
        UUID id = idOrNull(row, column);
        if (id == null) {
            throw new SQLException("column " + column + " of the ledger is NULL");
        }
        return id;
    }

    static @Nullable UUID idOrNull(ResultSet row, int column) throws SQLException {
        byte[] bytes = row.getBytes(column);
        if (bytes == null) {
            return null;
        }
        ByteBuffer buffer = ByteBuffer.wrap(bytes);
        return new UUID(buffer.getLong(), buffer.getLong());
    }

    static @Nullable Long numberOrNull(ResultSet row, int column) throws SQLException {
        long number = row.getLong(column);
        return row.wasNull() ? null : (Long) number;
    }

    static Instant time(ResultSet row, int column) throws SQLException {
        return Instant.EPOCH.plus(row.getLong(column), ChronoUnit.MICROS);
    }

    static @Nullable Instant timeOrNull(ResultSet row, int column) throws SQLException {
        Long micros = numberOrNull(row, column);
        return micros == null ? null : Instant.EPOCH.plus(micros, ChronoUnit.MICROS);
    }

    static long micros(Instant time) {
        // Not ChronoUnit.MICROS.between, which counts nanoseconds on the way: those leave 64 bits in the year 2262.
        return Math.addExact(Math.multiplyExact(time.getEpochSecond(), 1_000_000L), time.getNano() / 1_000);
    }

    /** The first microsecond that is not before that time. */
    static long ceilingMicros(Instant time) {
        return micros(time) + (time.getNano() % 1_000 == 0 ? 0 : 1);
    }
}
