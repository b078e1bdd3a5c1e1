package io.plinth.transactions.internal;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.UUID;

/** SELECTs of many ids at once. */
final class IdLists {
    /** Below {@code in_predicate_conversion_threshold}, from which on MariaDB joins with a temporary table instead. */
    private static final int IDS_MAX = 512;

    private static final Comparator<UUID> AS_BYTES = Comparator.<UUID, Long>comparing(
                    UUID::getMostSignificantBits, Long::compareUnsigned)
            .thenComparing(UUID::getLeastSignificantBits, Long::compareUnsigned);

    private IdLists() {}

    /** The different ids in the order in which the database sorts them, in lists that one SELECT takes. */
    static List<List<UUID>> chunks(Collection<UUID> ids) {
        List<UUID> sorted = ids.stream().distinct().sorted(AS_BYTES).toList();
        List<List<UUID>> chunks = new ArrayList<>();
        for (int from = 0; from < sorted.size(); from += IDS_MAX) {
            chunks.add(sorted.subList(from, Math.min(sorted.size(), from + IDS_MAX)));
        }
        return chunks;
    }

    /** Whether the database sorts one before the other. */
    static boolean isBefore(UUID one, UUID other) {
        return AS_BYTES.compare(one, other) < 0;
    }

    /**
     * Prepares a SELECT with the ids in its only list, written {@code (:ids)}. The list is filled up with its last id to a
     * power of two, so that few different statements are prepared.
     *
     * @param ids at least one
     */
    static PreparedStatement select(Connection connection, String sql, List<UUID> ids) throws SQLException {
        int size = powerOfTwo(ids.size());
        PreparedStatement select = connection.prepareStatement(sql.replace("(:ids)", marks(size)));
        for (int i = 0; i < size; i++) {
            Columns.set(select, i + 1, ids.get(Math.min(i, ids.size() - 1)));
        }
        return select;
    }

    static int powerOfTwo(int atLeast) {
        return atLeast <= 1 ? 1 : Integer.highestOneBit(atLeast - 1) << 1;
    }

    static String marks(int count) {
        return "(" + "?, ".repeat(count - 1) + "?)";
    }
}
