package io.plinth.transactions;

import io.plinth.problem.ProblemException;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * An account to be opened.
 *
 * @param id UUIDv7 in lower case; {@code null} to have one made
 * @param ownerId id of the user that it is to belong to; {@code null} for the user who acts
 * @param currency ISO 4217 code
 * @param name 1 to 100 characters; {@code null} for none
 * @param overdraftLimit 0 to {@link TransactionRequest#AMOUNT_MAX} in minor units; {@code null} for unlimited
 */
public record NewAccount(
        @Nullable String id,
        @Nullable String ownerId,
        String currency,
        @Nullable String name,
        @Nullable Long overdraftLimit) {
    private static final Pattern UUID_V7 =
            Pattern.compile("[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}");
    private static final int NAME_LENGTH_MAX = 100;

    /**
     * Checks the form.
     *
     * @throws ProblemException 400 naming the field that is ill-formed
     */
    public NewAccount {
        if (id != null && !UUID_V7.matcher(id).matches()) {
            throw ProblemException.invalid("id", "must be a UUID of version 7 in lower case");
        }
        TransactionRequest.checkCurrency(currency);
        if (name != null) {
            TransactionRequest.checkText("name", name, NAME_LENGTH_MAX);
        }
        if (overdraftLimit != null && (overdraftLimit < 0 || overdraftLimit > TransactionRequest.AMOUNT_MAX)) {
            throw ProblemException.invalid(
                    "overdraftLimit", "must be null or a whole number from 0 to " + TransactionRequest.AMOUNT_MAX);
        }
    }

    /** Without the name that a person gave it. */
    @Override
    public String toString() {
        return "NewAccount[id=" + id + ", currency=" + currency + "]";
    }
}
