package io.plinth.transactions.internal.rest;

import io.plinth.capability.RestResource;
import io.plinth.problem.ProblemException;
import io.plinth.security.Role;
import io.plinth.transactions.Ledger;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import javax.annotation.security.RolesAllowed;
import javax.ws.rs.GET;
import javax.ws.rs.Path;
import javax.ws.rs.Produces;
import javax.ws.rs.core.MediaType;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** {@code /api/v1/ledger}. */
@Path("/api/v1/ledger")
@Produces(MediaType.APPLICATION_JSON)
@RolesAllowed(Role.ADMIN_NAME)
@Component(service = RestResource.class)
public final class LedgerResource implements RestResource {
    private static final long WAIT_SECONDS = 30;

    private final Ledger ledger;

    /** A check reads everything there is: several at once would only slow each other down, and all else too. */
    private final Semaphore turn = new Semaphore(1, true);

    @Activate
    public LedgerResource(@Reference Ledger ledger) {
        this.ledger = ledger;
    }

    @GET
    @Path("check")
    public CheckBody check() {
        try {
            if (!turn.tryAcquire(WAIT_SECONDS, TimeUnit.SECONDS)) {
                throw busy();
            }
        } catch (InterruptedException stopping) {
            Thread.currentThread().interrupt();
            throw busy();
        }
        try {
            return CheckBody.of(ledger.check());
        } finally {
            turn.release();
        }
    }

    private static ProblemException busy() {
        return ProblemException.unavailable(
                "Another check of the ledger is running.", Duration.ofSeconds(WAIT_SECONDS), null);
    }
}
