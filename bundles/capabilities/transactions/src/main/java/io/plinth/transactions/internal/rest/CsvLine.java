package io.plinth.transactions.internal.rest;

import io.plinth.transactions.LedgerTransaction;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Transactions as CSV (RFC 4180), with the JSON names in the header line and {@code null} as an empty field.
 *
 * <p>Spreadsheets take a field that begins with {@code =}, {@code +}, {@code -} or {@code @} for a formula, and whoever may
 * send money can choose the reference, so that an accountant who opens the file would run it. Such a reference gets an
 * apostrophe in front, which spreadsheets take for "this is text". It is no longer the reference to the letter then; NDJSON
 * has that, and programs should read NDJSON. No other field can begin so: ids, names, digits, times, and metadata that begins
 * with a brace.
 */
final class CsvLine {
    static final List<String> NAMES = List.of(
            "id",
            "kind",
            "status",
            "debitAccountId",
            "creditAccountId",
            "amount",
            "currency",
            "reference",
            "metadata",
            "relatedTo",
            "createdAt",
            "expiresAt");

    private static final String FORMULA_STARTS = "=+-@\t\r\n＝＋－＠";
    private static final String LINE_END = "\r\n";

    private CsvLine() {}

    static void appendHeader(StringBuilder text) {
        text.append(String.join(",", NAMES)).append(LINE_END);
    }

    static void append(StringBuilder text, LedgerTransaction transaction) {
        text.append(transaction.id());
        text.append(',').append(transaction.kind().kindName());
        text.append(',').append(transaction.status().statusName());
        text.append(',').append(transaction.debitAccountId());
        text.append(',').append(transaction.creditAccountId());
        text.append(',').append(transaction.amount());
        text.append(',').append(transaction.currency());
        text.append(',');
        appendQuoted(text, harmless(transaction.reference()));
        text.append(',');
        appendQuoted(text, transaction.metadata());
        text.append(',').append(transaction.relatedTo() == null ? "" : transaction.relatedTo());
        text.append(',').append(transaction.createdAt());
        text.append(',').append(transaction.expiresAt() == null ? "" : transaction.expiresAt());
        text.append(LINE_END);
    }

    private static @Nullable String harmless(@Nullable String reference) {
        return reference != null && FORMULA_STARTS.indexOf(reference.charAt(0)) >= 0 ? "'" + reference : reference;
    }

    /** Quoted whenever it is there: always right, and an empty field is then no text at all. */
    private static void appendQuoted(StringBuilder text, @Nullable String value) {
        if (value != null) {
            text.append('"').append(value.replace("\"", "\"\"")).append('"');
        }
    }
}
