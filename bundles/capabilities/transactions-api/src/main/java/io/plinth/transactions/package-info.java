/** The business API of the ledger: accounts, and the transactions that move money between them. */
@Export
@Version("1.0.0")
@NullMarked
package io.plinth.transactions;

import org.jspecify.annotations.NullMarked;
import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
