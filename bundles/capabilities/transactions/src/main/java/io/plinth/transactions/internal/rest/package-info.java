/** {@code /api/v1/accounts}, {@code /api/v1/transactions} and {@code /api/v1/ledger}. */
@NullMarked
package io.plinth.transactions.internal.rest;

import org.jspecify.annotations.NullMarked;
