package io.plinth.transactions.internal;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What a batch of commands reads and changes, in memory: the rows as they were loaded under lock, as they are to be, and the
 * rows to be added. The rules know nothing else of the ledger.
 */
final class WorkSet {
    /** A row of {@code reversed_sums}. */
    record ReversedSum(UUID transactionId, long original, long reversed) {
        long left() {
            return original - reversed;
        }
    }

    private final Table<UUID, AccountState> accounts;
    private final Table<UUID, TransactionRow> openHolds;
    private final Table<UUID, ReversedSum> reversedSums;
    private final Table<AnswerKey, StoredAnswer> answers;
    private final Map<UUID, TransactionRow> originals;
    private final List<TransactionRow> transactions;
    private final List<EntryRow> entries;

    WorkSet() {
        this(new Table<>(), new Table<>(), new Table<>(), new Table<>(), new HashMap<>(), List.of(), List.of());
    }

    private WorkSet(
            Table<UUID, AccountState> accounts,
            Table<UUID, TransactionRow> openHolds,
            Table<UUID, ReversedSum> reversedSums,
            Table<AnswerKey, StoredAnswer> answers,
            Map<UUID, TransactionRow> originals,
            List<TransactionRow> transactions,
            List<EntryRow> entries) {
        this.accounts = accounts;
        this.openHolds = openHolds;
        this.reversedSums = reversedSums;
        this.answers = answers;
        this.originals = originals;
        this.transactions = new ArrayList<>(transactions);
        this.entries = new ArrayList<>(entries);
    }

    /** For a trial: what is changed in the copy does not change this. */
    WorkSet copy() {
        return new WorkSet(
                accounts.copy(),
                openHolds.copy(),
                reversedSums.copy(),
                answers.copy(),
                originals,
                transactions,
                entries);
    }

    void load(AccountState account) {
        accounts.load(account.id(), account);
    }

    void load(TransactionRow original) {
        originals.put(original.id(), original);
    }

    /** The hold of that id, loaded before as an original, is open. */
    void loadOpenHold(UUID holdId) {
        TransactionRow hold = originals.get(holdId);
        if (hold != null) {
            openHolds.load(holdId, hold);
        }
    }

    void load(ReversedSum sum) {
        reversedSums.load(sum.transactionId(), sum);
    }

    void load(StoredAnswer answer) {
        answers.load(answer.key(), answer);
    }

    Optional<AccountState> account(UUID id) {
        return accounts.find(id);
    }

    Optional<TransactionRow> original(UUID id) {
        return Optional.ofNullable(originals.get(id));
    }

    boolean isOpenHold(UUID id) {
        return openHolds.find(id).isPresent();
    }

    Optional<ReversedSum> reversedSum(UUID transactionId) {
        return reversedSums.find(transactionId);
    }

    Optional<StoredAnswer> answer(AnswerKey key) {
        return answers.find(key);
    }

    void put(AccountState account) {
        accounts.put(account.id(), account);
    }

    void putOpenHold(TransactionRow hold) {
        openHolds.put(hold.id(), hold);
    }

    void removeOpenHold(UUID id) {
        openHolds.put(id, null);
    }

    void put(ReversedSum sum) {
        reversedSums.put(sum.transactionId(), sum);
    }

    void put(StoredAnswer answer) {
        answers.put(answer.key(), answer);
    }

    void add(TransactionRow transaction) {
        transactions.add(transaction);
    }

    void add(EntryRow entry) {
        entries.add(entry);
    }

    List<TransactionRow> newTransactions() {
        return List.copyOf(transactions);
    }

    List<EntryRow> newEntries() {
        return List.copyOf(entries);
    }

    List<AccountState> changedAccounts() {
        return accounts.changed();
    }

    List<TransactionRow> newOpenHolds() {
        return openHolds.changed();
    }

    List<UUID> removedOpenHolds() {
        return openHolds.removed();
    }

    List<ReversedSum> changedReversedSums() {
        return reversedSums.changed();
    }

    List<StoredAnswer> newAnswers() {
        return answers.changed();
    }

    boolean hasWrites() {
        return !transactions.isEmpty() || !answers.changed().isEmpty();
    }

    /** Rows by key, as loaded and as changed. */
    private static final class Table<K, V> {
        private final Map<K, V> loaded;
        private final Map<K, Optional<V>> changes;

        Table() {
            this(new HashMap<>(), new HashMap<>());
        }

        private Table(Map<K, V> loaded, Map<K, Optional<V>> changes) {
            this.loaded = loaded;
            this.changes = changes;
        }

        Table<K, V> copy() {
            return new Table<>(loaded, new HashMap<>(changes));
        }

        void load(K key, V value) {
            loaded.put(key, value);
        }

        Optional<V> find(K key) {
            Optional<V> change = changes.get(key);
            return change != null ? change : Optional.ofNullable(loaded.get(key));
        }

        /** @param value {@code null} to remove */
        void put(K key, @Nullable V value) {
            changes.put(key, Optional.ofNullable(value));
        }

        List<V> changed() {
            return changes.values().stream().flatMap(Optional::stream).toList();
        }

        List<K> removed() {
            return changes.entrySet().stream()
                    .filter(change -> change.getValue().isEmpty() && loaded.containsKey(change.getKey()))
                    .map(Map.Entry::getKey)
                    .toList();
        }
    }
}
