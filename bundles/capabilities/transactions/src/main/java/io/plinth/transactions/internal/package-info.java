/** The ledger on MariaDB: rules in memory, one commit for many requests. */
@NullMarked
package io.plinth.transactions.internal;

import org.jspecify.annotations.NullMarked;
