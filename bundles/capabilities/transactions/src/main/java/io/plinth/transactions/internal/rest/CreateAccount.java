package io.plinth.transactions.internal.rest;

import io.plinth.transactions.NewAccount;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Body of {@code POST /accounts}.
 *
 * @param overdraftLimit {@code null} where it is absent, which is 0; empty where it is JSON {@code null}, which is unlimited
 */
public record CreateAccount(
        @Nullable String id,
        @Nullable String ownerId,
        @Nullable String currency,
        @Nullable String name,
        @Nullable Optional<Long> overdraftLimit) {
    NewAccount toNewAccount() {
        Long limit = overdraftLimit == null ? Long.valueOf(0) : overdraftLimit.orElse(null);
        return new NewAccount(id, ownerId, Fields.required("currency", currency), name, limit);
    }

    /** Without the name that a person gave it. */
    @Override
    public String toString() {
        return "CreateAccount[id=" + id + ", currency=" + currency + "]";
    }
}
