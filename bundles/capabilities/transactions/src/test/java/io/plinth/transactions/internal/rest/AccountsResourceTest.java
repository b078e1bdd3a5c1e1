package io.plinth.transactions.internal.rest;

import static io.plinth.transactions.internal.rest.Callers.at;
import static io.plinth.transactions.internal.rest.Callers.caller;
import static io.plinth.transactions.internal.rest.Callers.refused;
import static org.assertj.core.api.Assertions.assertThat;

import io.plinth.rest.PageRequest;
import io.plinth.security.Role;
import io.plinth.transactions.Initiator;
import java.net.URI;
import java.time.Instant;
import java.util.Optional;
import javax.ws.rs.core.Response;
import javax.ws.rs.core.SecurityContext;
import javax.ws.rs.core.UriInfo;
import org.junit.jupiter.api.Test;

class AccountsResourceTest {
    private static final UriInfo URI_INFO = at("https://host/api/v1/accounts");
    private static final Optional<Long> UNLIMITED = Optional.empty();

    private final FakeLedger ledger = new FakeLedger();
    private final AccountsResource resource = new AccountsResource(ledger);
    private final SecurityContext ada = caller("ada", Role.USER);

    @Test
    void openingAnswersWhereTheAccountIs() {
        CreateAccount body = new CreateAccount(null, null, "EUR", "Household", null);
        Response answer = resource.open(body, ada, URI_INFO);
        assertThat(answer.getStatus()).isEqualTo(201);
        assertThat(answer.getLocation()).isEqualTo(URI.create("https://host/api/v1/accounts/" + FakeLedger.ACCOUNT));
        AccountBody account = (AccountBody) answer.getEntity();
        assertThat(account.status()).isEqualTo("open");
        assertThat(account.balance().available()).contains(50L);
        assertThat(ledger.opened.name()).isEqualTo("Household");
    }

    /** The one field where absent and null are two things. */
    @Test
    void theOverdraftIsNothingUnlessItIsSaid() {
        resource.open(new CreateAccount(null, null, "EUR", null, null), ada, URI_INFO);
        assertThat(ledger.opened.overdraftLimit()).isZero();
        Response answer = resource.open(new CreateAccount(null, null, "EUR", null, UNLIMITED), ada, URI_INFO);
        assertThat(ledger.opened.overdraftLimit()).isNull();
        AccountBody account = (AccountBody) answer.getEntity();
        assertThat(account.overdraftLimit()).isEmpty();
        assertThat(account.balance().available()).isEmpty();
        resource.open(new CreateAccount(null, null, "EUR", null, Optional.of(5L)), ada, URI_INFO);
        assertThat(ledger.opened.overdraftLimit()).isEqualTo(5);
    }

    @Test
    void openingNamesTheFieldAtFault() {
        refused(() -> resource.open(null, ada, URI_INFO), 400, "body");
        refused(() -> open(null, null, Optional.of(0L)), 400, "currency");
        refused(() -> open(null, "XYZ", Optional.of(0L)), 400, "currency");
        refused(() -> open("1", "EUR", Optional.of(0L)), 400, "id");
        refused(() -> open(null, "EUR", Optional.of(-1L)), 400, "overdraftLimit");
        assertThat(ledger.opened).isNull();
    }

    private void open(String id, String currency, Optional<Long> overdraftLimit) {
        resource.open(new CreateAccount(id, null, currency, null, overdraftLimit), ada, URI_INFO);
    }

    @Test
    void theLedgerIsToldWhoActs() {
        resource.get(FakeLedger.ACCOUNT, null, ada);
        assertThat(ledger.initiator).isEqualTo(new Initiator("client", Optional.of("ada"), false));
        resource.get(FakeLedger.ACCOUNT, null, caller("ada", Role.USER, Role.SERVICE));
        assertThat(ledger.initiator).isEqualTo(new Initiator("client", Optional.of("ada"), true));
        resource.get(FakeLedger.ACCOUNT, null, caller(null, Role.ADMIN));
        assertThat(ledger.initiator).isEqualTo(new Initiator("client", Optional.empty(), true));
        resource.close(FakeLedger.ACCOUNT, caller(null, Role.USER));
        assertThat(ledger.initiator).isEqualTo(new Initiator("client", Optional.empty(), false));
    }

    @Test
    void aBalanceIsReadAsOfATime() {
        resource.get(FakeLedger.ACCOUNT, "2026-01-01T01:00:00+01:00", ada);
        assertThat(ledger.at).isEqualTo(Instant.parse("2026-01-01T00:00:00Z"));
        refused(() -> resource.get(FakeLedger.ACCOUNT, "yesterday", ada), 400, "at");
        refused(() -> resource.get(FakeLedger.OTHER, null, ada), 404);
        refused(() -> resource.get(FakeLedger.OTHER, "2026-01-01T00:00:00Z", ada), 404);
    }

    @Test
    void listsGoOnWithTheirCursor() {
        ledger.next = Optional.of("key of the ledger");
        String next = resource.list("bert", "7", null, ada).next();
        assertThat(ledger.ownerId).contains("bert");
        assertThat(ledger.page.limit()).isEqualTo(7);
        resource.list(null, null, next, ada);
        assertThat(ledger.page.after()).contains("key of the ledger");
        assertThat(ledger.page.limit()).isEqualTo(PageRequest.LIMIT_DEFAULT);
        refused(() -> resource.list(null, "201", null, ada), 400, "limit");
        refused(() -> resource.list(null, null, "%", ada), 400, "cursor");
    }

    @Test
    void aStatementHasItsPeriod() {
        MovementBody line = resource.statement(
                        FakeLedger.ACCOUNT, "2026-01-01T00:00:00Z", "2026-02-01T00:00:00Z", null, null, ada)
                .items()
                .get(0);
        assertThat(line).isEqualTo(new MovementBody(1, FakeLedger.TRANSACTION, "credit", 70, 70, FakeLedger.NOW));
        assertThat(ledger.period)
                .containsExactly(
                        Optional.of(Instant.parse("2026-01-01T00:00:00Z")),
                        Optional.of(Instant.parse("2026-02-01T00:00:00Z")));
        refused(() -> resource.statement(FakeLedger.ACCOUNT, "2026-01-01", null, null, null, ada), 400, "from");
        refused(() -> resource.statement(FakeLedger.ACCOUNT, null, "", null, null, ada), 400, "to");
        refused(
                () -> resource.statement(
                        FakeLedger.ACCOUNT, "2026-02-01T00:00:00Z", "2026-01-01T00:00:00Z", null, null, ada),
                400,
                "to");
    }
}
