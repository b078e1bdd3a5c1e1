package io.plinth.transactions.internal;

import io.plinth.event.Event;
import io.plinth.transactions.Movement.Direction;
import io.plinth.transactions.TransactionKind;
import io.plinth.transactions.TransactionStatus;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The events of the ledger: one for each transaction and for each account that is opened or closed. They hold neither
 * reference, metadata nor a name. A transaction changes two accounts and its one event is in order for both of them, so all
 * events of the ledger have one ordering key.
 */
final class LedgerEvents {
    static final String DESTINATION = "queue.transactions.events";
    static final String ACCOUNT_OPENED = "io.plinth.accounts.opened";
    static final String ACCOUNT_CLOSED = "io.plinth.accounts.closed";
    static final String ORDERING_KEY = "ledger";

    private LedgerEvents() {}

    /** Events of new transactions, in their order. The id of each is that of its transaction: there is only one. */
    static List<Event> of(List<TransactionRow> transactions, List<EntryRow> entries) {
        Map<UUID, Map<String, Object>> sequences = new LinkedHashMap<>();
        for (EntryRow entry : entries) {
            sequences
                    .computeIfAbsent(entry.transactionId(), id -> new LinkedHashMap<>())
                    .put(entry.direction() == Direction.DEBIT ? "debitSequence" : "creditSequence", entry.sequence());
        }
        List<Event> events = new ArrayList<>(transactions.size());
        for (TransactionRow row : transactions) {
            events.add(transaction(row, sequences.getOrDefault(row.id(), Map.of())));
        }
        return events;
    }

    private static Event transaction(TransactionRow row, Map<String, Object> sequences) {
        Map<String, @Nullable Object> data = new LinkedHashMap<>();
        data.put("id", row.id().toString());
        data.put("kind", row.kind().kindName());
        data.put("status", TransactionStatus.initial(row.kind()).statusName());
        data.put("debitAccountId", row.debitAccountId().toString());
        data.put("creditAccountId", row.creditAccountId().toString());
        data.put("amount", row.amount());
        data.put("currency", row.currency());
        UUID relatedTo = row.relatedTo();
        data.put("relatedTo", relatedTo == null ? null : relatedTo.toString());
        data.putAll(sequences);
        return new Event(
                DESTINATION,
                type(row.kind()),
                row.debitAccountId().toString(),
                row.id(),
                row.createdAt(),
                data,
                ORDERING_KEY);
    }

    static Event account(String type, UUID eventId, AccountState account, Instant time) {
        Map<String, @Nullable Object> data = new LinkedHashMap<>();
        data.put("id", account.id().toString());
        data.put("ownerId", account.ownerId().toString());
        data.put("currency", account.currency());
        data.put("status", type.equals(ACCOUNT_CLOSED) ? "closed" : "open");
        return new Event(DESTINATION, type, account.id().toString(), eventId, time, data, ORDERING_KEY);
    }

    private static String type(TransactionKind kind) {
        return "io.plinth.transactions."
                + switch (kind) {
                    case TRANSFER -> "posted";
                    case HOLD -> "held";
                    case CAPTURE -> "captured";
                    case VOID -> "voided";
                    case EXPIRY -> "expired";
                    case REVERSAL -> "reversed";
                };
    }
}
