package io.plinth.transactions.internal.rest;

import static io.plinth.transactions.internal.rest.Callers.caller;
import static io.plinth.transactions.internal.rest.Callers.refused;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.plinth.problem.ProblemException;
import io.plinth.security.Role;
import io.plinth.transactions.LedgerCheck;
import io.plinth.transactions.LedgerTransaction;
import io.plinth.transactions.TransactionKind;
import io.plinth.transactions.TransactionStatus;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import javax.ws.rs.core.Response;
import javax.ws.rs.core.SecurityContext;
import javax.ws.rs.core.StreamingOutput;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ExportResourceTest {
    private static final String HEADER = "id,kind,status,debitAccountId,creditAccountId,amount,currency,reference,"
            + "metadata,relatedTo,createdAt,expiresAt\r\n";

    private final FakeLedger ledger = new FakeLedger();
    private final ExportResource resource = new ExportResource(ledger, 1);
    private final SecurityContext ada = caller("ada", Role.USER);

    private Response answer(@Nullable String format) {
        return resource.export(format, null, null, null, null, null, null, null, ada);
    }

    private String export(String format) throws IOException {
        ByteArrayOutputStream written = new ByteArrayOutputStream();
        ((StreamingOutput) answer(format).getEntity()).write(written);
        return written.toString(StandardCharsets.UTF_8);
    }

    @Test
    void csvIsATable() throws IOException {
        assertThat(export("csv")).isEqualTo(HEADER);
        ledger.journal.add(FakeLedger.transaction("Rent, \"May\"", "{\"a\":\"b\"}"));
        ledger.journal.add(new LedgerTransaction(
                FakeLedger.TRANSACTION,
                TransactionKind.HOLD,
                TransactionStatus.PENDING,
                FakeLedger.ACCOUNT,
                FakeLedger.OTHER,
                9_007_199_254_740_991L,
                "JPY",
                null,
                null,
                FakeLedger.OTHER,
                FakeLedger.NOW,
                FakeLedger.NOW));
        String accounts = FakeLedger.ACCOUNT + "," + FakeLedger.OTHER;
        assertThat(export("csv"))
                .isEqualTo(HEADER + FakeLedger.TRANSACTION + ",transfer,posted," + accounts
                        + ",7,EUR,\"Rent, \"\"May\"\"\",\"{\"\"a\"\":\"\"b\"\"}\",,2026-11-25T12:00:00.000001Z,\r\n"
                        + FakeLedger.TRANSACTION + ",hold,pending," + accounts + ",9007199254740991,JPY,,,"
                        + FakeLedger.OTHER + ",2026-11-25T12:00:00.000001Z,2026-11-25T12:00:00.000001Z\r\n");
    }

    @ParameterizedTest
    @CsvSource(quoteCharacter = '`', textBlock = """
                    =1+1        , '=1+1
                    +49 30      , '+49 30
                    -7          , '-7
                    @SUM        , '@SUM
                    a=1         , a=1
                    '=1         , '=1
                    ＝1          , '＝1
                    """)
    void aReferenceIsNoFormula(String reference, String shown) throws IOException {
        ledger.journal.add(FakeLedger.transaction(reference, null));
        assertThat(export("csv")).contains(",EUR,\"" + shown + "\",,");
        assertThat(export("ndjson")).contains("\"reference\":\"" + reference + "\"");
    }

    @Test
    void ndjsonIsOneObjectALine() throws IOException {
        assertThat(export("ndjson")).isEmpty();
        ledger.journal.add(FakeLedger.transaction("a\"\\\u0001é", "{\"a\":1}"));
        ledger.journal.add(FakeLedger.transaction(null, null));
        String start = "{\"id\":\"" + FakeLedger.TRANSACTION + "\",\"kind\":\"transfer\",\"status\":\"posted\","
                + "\"debitAccountId\":\"" + FakeLedger.ACCOUNT + "\",\"creditAccountId\":\"" + FakeLedger.OTHER
                + "\",\"amount\":7,\"currency\":\"EUR\",\"reference\":";
        String end = ",\"relatedTo\":null,\"createdAt\":\"2026-11-25T12:00:00.000001Z\",\"expiresAt\":null}\n";
        assertThat(export("ndjson"))
                .isEqualTo(start + "\"a\\\"\\\\\\u0001é\",\"metadata\":{\"a\":1}" + end + start
                        + "null,\"metadata\":null" + end);
    }

    @Test
    void theAnswerIsAFile() {
        Response answer = answer("csv");
        assertThat(answer.getMediaType().toString()).startsWith("text/csv");
        assertThat(answer.getHeaderString("Content-Disposition"))
                .isEqualTo("attachment; filename=\"transactions.csv\"");
        assertThat(answer("ndjson").getMediaType().toString()).isEqualTo("application/x-ndjson");
    }

    @Test
    void parametersAreChecked() {
        refused(() -> answer(null), 400, "format");
        refused(() -> answer("CSV"), 400, "format");
        refused(() -> answer("json"), 400, "format");
        refused(() -> resource.export("csv", null, null, "x", null, null, null, null, ada), 400, "status");
    }

    /** While nothing has left, the failure can still be answered. */
    @Test
    void nothingIsWrittenBeforeTheFirstLines() {
        ledger.journal.add(FakeLedger.transaction(null, null));
        ledger.beforeRow = () -> {
            throw ProblemException.unavailable("No database.", Duration.ofSeconds(1), null);
        };
        ByteArrayOutputStream written = new ByteArrayOutputStream();
        StreamingOutput lines = (StreamingOutput) answer("csv").getEntity();
        refused(() -> lines.write(written), 503);
        assertThat(written.size()).isZero();
    }

    /** Lines leave as they come: a million of them need no more than one buffer. */
    @Test
    void linesDoNotWaitForEachOther() throws IOException {
        LedgerTransaction row = FakeLedger.transaction("x".repeat(200), null);
        ledger.journal.add(row);
        int lineBytes = export("csv").length() - HEADER.length();
        ledger.journal.addAll(Collections.nCopies(2_000, row));
        ByteArrayOutputStream written = new ByteArrayOutputStream();
        int[] rows = {0};
        ledger.beforeRow =
                () -> assertThat(rows[0]++ * lineBytes - written.size()).isLessThan(17_000);
        ((StreamingOutput) answer("csv").getEntity()).write(written);
        assertThat(written.size()).isEqualTo(HEADER.length() + 2_001 * lineBytes);
    }

    @Test
    void aReaderThatLeavesIsNoFailureOfOurs() {
        ledger.journal.addAll(Collections.nCopies(200, FakeLedger.transaction("x".repeat(200), null)));
        OutputStream gone = new OutputStream() {
            @Override
            public void write(int b) throws IOException {
                throw new IOException("gone");
            }
        };
        StreamingOutput lines = (StreamingOutput) answer("csv").getEntity();
        assertThatThrownBy(() -> lines.write(gone))
                .isExactlyInstanceOf(IOException.class)
                .hasMessage("gone");
    }

    @Test
    void noMoreRunAtOnceThanAreAllowed() throws IOException {
        ledger.journal.add(FakeLedger.transaction(null, null));
        StreamingOutput second = (StreamingOutput) answer("csv").getEntity();
        ledger.beforeRow = () -> {
            ProblemException refused = refused(() -> second.write(new ByteArrayOutputStream()), 503);
            assertThat(refused.retryAfter()).isPositive();
        };
        export("csv");
        // Whatever became of the ones before, there is room again.
        ledger.beforeRow = () -> {};
        assertThat(export("csv")).startsWith(HEADER);
    }

    @Test
    void aCheckNamesWhatIsWrong() {
        LedgerResource check = new LedgerResource(ledger);
        assertThat(check.check()).isEqualTo(new CheckBody(true, 2, 1, List.of()));
        ledger.found = new LedgerCheck(2, 1, List.of(new LedgerCheck.Violation("sum", FakeLedger.ACCOUNT, "7, not 8")));
        assertThat(check.check())
                .isEqualTo(new CheckBody(
                        false, 2, 1, List.of(new CheckBody.ViolationBody("sum", FakeLedger.ACCOUNT, "7, not 8"))));
    }
}
