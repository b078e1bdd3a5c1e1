package io.plinth.transactions.internal;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.composite.CompositeMeterRegistry;
import io.plinth.problem.FieldError;
import io.plinth.problem.ProblemException;
import io.plinth.security.Secrets;
import io.plinth.transactions.Account;
import io.plinth.transactions.BatchMode;
import io.plinth.transactions.Initiator;
import io.plinth.transactions.KeyedRequest;
import io.plinth.transactions.Ledger;
import io.plinth.transactions.LedgerCheck;
import io.plinth.transactions.LedgerPage;
import io.plinth.transactions.LedgerTransaction;
import io.plinth.transactions.Movement;
import io.plinth.transactions.NewAccount;
import io.plinth.transactions.Outcome;
import io.plinth.transactions.PageKey;
import io.plinth.transactions.Refusal;
import io.plinth.transactions.TransactionFilter;
import io.plinth.transactions.TransactionRequest.Hold;
import io.plinth.transactions.TransactionRequest.Transfer;
import io.plinth.tx.Transactions;
import io.plinth.users.Users;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.osgi.framework.BundleContext;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.osgi.service.component.annotations.ReferencePolicyOption;
import org.osgi.service.metatype.annotations.Designate;

/** The ledger in the tables of MariaDB, written by a {@link Committer} and read by plain statements. */
@Component(
        service = {Ledger.class, CommitterState.class},
        immediate = true,
        configurationPid = "io.plinth.transactions")
@Designate(ocd = LedgerConfig.class)
public final class JdbcLedger implements Ledger, CommitterState {
    private static final int EXPORT_ROWS = 1_000;
    private static final String SEAL_KEY = "ledger-seal-key";

    private final Transactions transactions;
    private final Clock clock;
    private final Accounts accounts;
    private final Committer committer;
    private final Housekeeping housekeeping;
    private final LedgerAudit audit;
    private final byte[] sealKey;
    private final LedgerMetrics metrics;

    @Reference(
            cardinality = ReferenceCardinality.OPTIONAL,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    private volatile @Nullable Users users;

    @Activate
    public JdbcLedger(
            LedgerConfig config,
            @Reference Transactions transactions,
            @Reference Clock clock,
            @Reference MeterRegistry registry,
            @Reference Secrets secrets,
            BundleContext context) {
        this(
                LedgerLimits.of(config),
                transactions,
                clock,
                secrets.get(SEAL_KEY).getBytes(StandardCharsets.UTF_8),
                registry,
                context.getBundle().getVersion().toString());
    }

    /** Without metrics: an empty composite measures nothing. */
    JdbcLedger(LedgerLimits limits, Transactions transactions, Clock clock, byte[] sealKey) {
        this(limits, transactions, clock, sealKey, new CompositeMeterRegistry(), "0.0.0");
    }

    private JdbcLedger(
            LedgerLimits limits,
            Transactions transactions,
            Clock clock,
            byte[] sealKey,
            MeterRegistry registry,
            String version) {
        this.transactions = transactions;
        this.clock = clock;
        this.sealKey = sealKey.clone();
        TimeOrderedIds ids = new TimeOrderedIds(clock);
        accounts = new Accounts(transactions, clock, ids, () -> users);
        BatchCommit commit = new BatchCommit(transactions, clock, new Rules(ids::next));
        metrics = new LedgerMetrics(registry, version);
        committer = new Committer(metrics.measuring(commit::commit), limits.committer());
        metrics.watch(committer::queueDepth);
        housekeeping = new Housekeeping(
                transactions, clock, committer, limits.expiryInterval(), limits.idempotencyRetention());
        audit = new LedgerAudit(transactions, clock, sealKey, limits.sealInterval(), limits.checkInterval());
        metrics.watchViolations(audit::violationCount);
    }

    /** For tests, which have no Declarative Services. */
    void users(@Nullable Users present) {
        users = present;
    }

    @Activate
    void start() {
        committer.start();
        housekeeping.start();
        audit.start();
    }

    /** Whatever was accepted is committed and answered before this returns. */
    @Deactivate
    void stop() {
        audit.close();
        housekeeping.close();
        committer.close();
        metrics.close();
    }

    @Override
    public int stopped() {
        return committer.stopped();
    }

    @Override
    public Duration oldestWait() {
        return committer.oldestWait();
    }

    @Override
    public Account openAccount(Initiator initiator, NewAccount account) {
        return accounts.open(initiator, account);
    }

    @Override
    public Optional<Account> findAccount(Initiator initiator, String id) {
        return accounts.find(initiator, id);
    }

    @Override
    public Optional<Account> findAccount(Initiator initiator, String id, Instant at) {
        return accounts.find(initiator, id, at);
    }

    @Override
    public LedgerPage<Account> accounts(Initiator initiator, Optional<String> ownerId, PageKey page) {
        return accounts.page(initiator, ownerId, page);
    }

    @Override
    public Account closeAccount(Initiator initiator, String id) {
        return accounts.close(initiator, id);
    }

    @Override
    public LedgerPage<Movement> statement(
            Initiator initiator, String accountId, Optional<Instant> from, Optional<Instant> to, PageKey page) {
        return accounts.statement(initiator, accountId, from, to, page);
    }

    @Override
    public Outcome submit(Initiator initiator, KeyedRequest request) {
        Unit unit = Unit.of(Command.FromClient.of(initiator, request, clock.instant()));
        return Answer.outcome(committer.submit(List.of(unit)).get(0).get(0));
    }

    @Override
    public List<Outcome> submitBatch(Initiator initiator, BatchMode mode, List<KeyedRequest> requests) {
        if (requests.isEmpty() || requests.size() > BATCH_ITEMS_MAX) {
            throw ProblemException.invalid("items", "must be 1 to " + BATCH_ITEMS_MAX + " items");
        }
        if (!requests.stream()
                .allMatch(keyed -> keyed.request() instanceof Transfer || keyed.request() instanceof Hold)) {
            throw new IllegalArgumentException("a batch takes transfers and holds only");
        }
        Instant now = clock.instant();
        List<Command.FromClient> commands = requests.stream()
                .map(request -> Command.FromClient.of(initiator, request, now))
                .toList();
        refuseHoldsThatAreOver(commands, now);
        return mode == BatchMode.ATOMIC ? submitAtomic(commands) : submitIndependent(commands);
    }

    private List<Outcome> submitAtomic(List<Command.FromClient> commands) {
        List<Answer> answers =
                committer.submit(List.of(new Unit(List.copyOf(commands), true))).get(0);
        List<Outcome> outcomes = answers.stream().map(Answer::outcome).toList();
        int last = outcomes.size() - 1;
        if (outcomes.get(last) instanceof Outcome.Refused refused) {
            throw refused(last, refused.refusal());
        }
        return outcomes;
    }

    private static ProblemException refused(int index, Refusal refusal) {
        return ProblemException.of(
                LedgerProblems.BATCH_REFUSED,
                "An item is refused, so nothing of the batch was done: " + refusal.detail(),
                List.of(new FieldError("items[" + index + "]", refusal.type().name() + ": " + refusal.detail())));
    }

    private List<Outcome> submitIndependent(List<Command.FromClient> commands) {
        List<Unit> units = commands.stream().map(Unit::of).toList();
        return committer.submit(units).stream()
                .map(answers -> Answer.outcome(answers.get(0)))
                .toList();
    }

    /** A malformed item is a malformed batch; but one that was done in time before is answered again. */
    private void refuseHoldsThatAreOver(List<Command.FromClient> commands, Instant now) {
        int[] over = IntStream.range(0, commands.size())
                .filter(i -> commands.get(i).request() instanceof Hold hold
                        && hold.expiresAt() != null
                        && !hold.expiresAt().isAfter(now))
                .toArray();
        if (over.length == 0) {
            return;
        }
        List<AnswerKey> keys =
                IntStream.of(over).mapToObj(i -> commands.get(i).answerKey()).toList();
        Set<AnswerKey> used =
                transactions.read(JdbcWork.of(transaction -> KeyTable.find(transaction.connection(), keys))).stream()
                        .map(StoredAnswer::key)
                        .collect(Collectors.toSet());
        for (int i : over) {
            if (!used.contains(commands.get(i).answerKey())) {
                throw ProblemException.invalid("items[" + i + "].expiresAt", "must be in the future");
            }
        }
    }

    @Override
    public Optional<LedgerTransaction> findTransaction(Initiator initiator, String id) {
        return TimeOrderedIds.parse(id)
                .flatMap(uuid -> transactions.read(
                        JdbcWork.of(transaction -> TransactionSearch.find(transaction.connection(), initiator, uuid))));
    }

    @Override
    public LedgerPage<LedgerTransaction> transactions(Initiator initiator, TransactionFilter filter, PageKey page) {
        Optional<TransactionSearch.Position> after = page.after().map(TransactionSearch.Position::parse);
        List<LedgerTransaction> found = page(initiator, filter, after, page.limit() + 1);
        return Accounts.page(
                found, page.limit(), last -> TransactionSearch.Position.of(last).text());
    }

    @Override
    public void export(Initiator initiator, TransactionFilter filter, Consumer<LedgerTransaction> row) {
        List<LedgerTransaction> page = new ArrayList<>();
        Optional<TransactionSearch.Position> after = Optional.empty();
        do {
            // Page by page, so that neither a connection nor a snapshot is held while a slow client reads.
            page = page(initiator, filter, after, EXPORT_ROWS);
            page.forEach(row);
            after = page.isEmpty() ? after : Optional.of(TransactionSearch.Position.of(page.get(page.size() - 1)));
        } while (page.size() == EXPORT_ROWS);
    }

    private List<LedgerTransaction> page(
            Initiator initiator, TransactionFilter filter, Optional<TransactionSearch.Position> after, int limit) {
        return transactions.read(JdbcWork.of(
                transaction -> new TransactionSearch(transaction.connection(), initiator, filter).page(after, limit)));
    }

    @Override
    public LedgerCheck check() {
        return new LedgerChecker(transactions, sealKey).check();
    }

    /** What the background does, now. */
    LedgerAudit audit() {
        return audit;
    }

    /** Ends the holds whose time is over now, without waiting for the background worker. */
    void expireNow() {
        housekeeping.expire();
    }

    /** Removes the idempotency keys that are too old now. */
    void removeOldKeys() {
        housekeeping.removeOldKeys();
    }

    /** How long something is kept or waited for, and how much of it. */
    record LedgerLimits(
            Committer.Limits committer,
            Duration expiryInterval,
            Duration idempotencyRetention,
            Duration sealInterval,
            Duration checkInterval) {
        static LedgerLimits of(LedgerConfig config) {
            return new LedgerLimits(
                    new Committer.Limits(
                            config.committers(), config.commitRequests(), config.queueRequests(), config.queueBytes()),
                    Duration.ofMillis(config.expiryMillis()),
                    Duration.ofDays(config.idempotencyDays()),
                    Duration.ofMillis(config.sealMillis()),
                    Duration.ofMillis(config.checkMillis()));
        }
    }
}
