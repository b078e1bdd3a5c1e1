package io.plinth.transactions;

import io.plinth.problem.ProblemException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Currency;
import org.jspecify.annotations.Nullable;

/**
 * What is asked of the ledger. The constructors check the form and throw {@link ProblemException} 400 naming the JSON
 * field; whatever depends on the state of the ledger is checked by {@link Ledger#submit}.
 *
 * <p>Requests are compared by value to tell whether an idempotency key is used for the same again. A field that is absent and
 * one that is {@code null} are the same, as are two spellings of one instant.
 */
public sealed interface TransactionRequest {
    /** Largest amount, 2⁵³ − 1: the largest whole number that every JSON reader takes exactly. */
    long AMOUNT_MAX = 9_007_199_254_740_991L;

    /** Most characters of a reference. */
    int REFERENCE_LENGTH_MAX = 255;

    /** Most bytes of metadata in UTF-8. */
    int METADATA_BYTES_MAX = 16 << 10;

    /**
     * Moves money at once.
     *
     * @param debitAccountId account whose posted balance falls
     * @param creditAccountId account whose posted balance rises
     * @param amount 1 to {@link #AMOUNT_MAX} minor units
     * @param currency ISO 4217 code
     * @param reference 1 to 255 characters; {@code null} for none
     * @param metadata JSON object, at most 16 KiB: members sorted by name, without white space, so that equal objects are
     *     equal texts; {@code null} for none
     */
    record Transfer(
            String debitAccountId,
            String creditAccountId,
            long amount,
            String currency,
            @Nullable String reference,
            @Nullable String metadata)
            implements TransactionRequest {
        public Transfer {
            checkAmount(amount);
            checkCurrency(currency);
            checkReference(reference);
            checkMetadata(metadata);
        }

        /** Without reference and metadata. */
        @Override
        public String toString() {
            return "Transfer[amount=" + amount + ", currency=" + currency + "]";
        }
    }

    /**
     * Reserves money. All but {@code expiresAt} as in {@link Transfer}.
     *
     * @param expiresAt when it ends by itself, cut to microseconds; {@code null} for never. {@link Ledger#submit} refuses one
     *     that is not in the future
     */
    record Hold(
            String debitAccountId,
            String creditAccountId,
            long amount,
            String currency,
            @Nullable String reference,
            @Nullable String metadata,
            @Nullable Instant expiresAt)
            implements TransactionRequest {
        private static final Instant EXPIRES_AT_MAX = Instant.parse("9999-12-31T23:59:59.999999Z");

        public Hold {
            checkAmount(amount);
            checkCurrency(currency);
            checkReference(reference);
            checkMetadata(metadata);
            if (expiresAt != null) {
                if (expiresAt.isAfter(EXPIRES_AT_MAX)) {
                    throw ProblemException.invalid("expiresAt", "must be before the year 10000");
                }
                expiresAt = expiresAt.truncatedTo(ChronoUnit.MICROS);
            }
        }

        /** Without reference and metadata. */
        @Override
        public String toString() {
            return "Hold[amount=" + amount + ", currency=" + currency + ", expiresAt=" + expiresAt + "]";
        }
    }

    /**
     * Moves what a hold reserved.
     *
     * @param holdId id of the hold
     * @param amount at most what is held; the rest is given back. {@code null} for all
     */
    record Capture(String holdId, @Nullable Long amount) implements TransactionRequest {
        public Capture {
            if (amount != null) {
                checkAmount(amount);
            }
        }
    }

    /**
     * Gives back what a hold reserved.
     *
     * @param holdId id of the hold
     */
    record Voiding(String holdId) implements TransactionRequest {}

    /**
     * Moves money of a transfer or capture back.
     *
     * @param transactionId id of the transfer or capture
     * @param amount at most what is left to reverse; {@code null} for all that is left
     */
    record Reversal(String transactionId, @Nullable Long amount) implements TransactionRequest {
        public Reversal {
            if (amount != null) {
                checkAmount(amount);
            }
        }
    }

    /** Refuses what is no amount. */
    static void checkAmount(long amount) {
        if (amount < 1 || amount > AMOUNT_MAX) {
            throw ProblemException.invalid("amount", "must be a whole number from 1 to " + AMOUNT_MAX);
        }
    }

    /** Refuses what is no currency. */
    static void checkCurrency(String currency) {
        try {
            Currency.getInstance(currency);
        } catch (IllegalArgumentException unknown) {
            throw ProblemException.invalid("currency", "must be an ISO 4217 code, such as EUR");
        }
    }

    /** Refuses text that is empty, too long or ill-formed. */
    static void checkText(String field, String text, int lengthMax) {
        if (text.isBlank() || text.codePointCount(0, text.length()) > lengthMax) {
            throw ProblemException.invalid(field, "must have 1 to " + lengthMax + " characters and not only spaces");
        }
        boolean isControl = text.chars().anyMatch(Character::isISOControl);
        if (isControl || !StandardCharsets.UTF_8.newEncoder().canEncode(text)) {
            throw ProblemException.invalid(field, "must have no control characters and be well-formed Unicode");
        }
    }

    private static void checkReference(@Nullable String reference) {
        if (reference != null) {
            checkText("reference", reference, REFERENCE_LENGTH_MAX);
        }
    }

    private static void checkMetadata(@Nullable String metadata) {
        if (metadata == null) {
            return;
        }
        if (!metadata.startsWith("{") || !metadata.endsWith("}")) {
            throw ProblemException.invalid("metadata", "must be a JSON object");
        }
        if (!StandardCharsets.UTF_8.newEncoder().canEncode(metadata)) {
            throw ProblemException.invalid("metadata", "must be well-formed Unicode");
        }
        if (metadata.getBytes(StandardCharsets.UTF_8).length > METADATA_BYTES_MAX) {
            throw ProblemException.invalid("metadata", "must have at most " + METADATA_BYTES_MAX + " bytes as JSON");
        }
    }
}
