package io.plinth.transactions.internal.rest;

import io.plinth.security.Caller;
import io.plinth.security.Role;
import io.plinth.transactions.Initiator;
import javax.ws.rs.core.SecurityContext;

/** Who acts, in the terms of the ledger. */
final class Initiators {
    private Initiators() {}

    static Initiator of(SecurityContext security) {
        if (security.getUserPrincipal() instanceof Caller caller) {
            boolean actsForAll = caller.has(Role.ADMIN) || caller.has(Role.SERVICE);
            return new Initiator(caller.clientId(), caller.userId(), actsForAll);
        }
        throw new IllegalStateException("the gate let an anonymous request through to the ledger");
    }
}
