package io.plinth.transactions.internal.rest;

import io.plinth.capability.RestResource;
import io.plinth.problem.ProblemException;
import io.plinth.rest.Answers;
import io.plinth.rest.Described;
import io.plinth.security.Role;
import io.plinth.transactions.Initiator;
import io.plinth.transactions.Ledger;
import io.plinth.transactions.TransactionFilter;
import io.plinth.transactions.internal.LedgerConfig;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import javax.annotation.security.RolesAllowed;
import javax.ws.rs.GET;
import javax.ws.rs.Path;
import javax.ws.rs.Produces;
import javax.ws.rs.QueryParam;
import javax.ws.rs.core.Context;
import javax.ws.rs.core.HttpHeaders;
import javax.ws.rs.core.Response;
import javax.ws.rs.core.SecurityContext;
import javax.ws.rs.core.StreamingOutput;
import org.jspecify.annotations.Nullable;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/**
 * {@code /api/v1/transactions/export}. Lines leave as they are read; the platform breaks the connection off when reading
 * fails in the middle, so that a part never looks like the whole.
 */
@Path(TransactionsResource.PATH + "/export")
@RolesAllowed({Role.ADMIN_NAME, Role.SERVICE_NAME, Role.USER_NAME})
@Component(service = RestResource.class, configurationPid = "io.plinth.transactions")
public final class ExportResource implements RestResource {
    private static final int BUFFER_BYTES = 16 << 10;
    private static final Duration RETRY_AFTER = Duration.ofSeconds(10);

    private final Ledger ledger;
    private final Semaphore free;

    @Activate
    public ExportResource(@Reference Ledger ledger, LedgerConfig config) {
        this(ledger, config.exports());
    }

    ExportResource(Ledger ledger, int exportsMax) {
        this.ledger = ledger;
        this.free = new Semaphore(exportsMax);
    }

    @GET
    @Produces({"text/csv", "application/x-ndjson"})
    @Answers(body = StreamingOutput.class)
    public Response export(
            @QueryParam("format") @Described("csv or ndjson.") @Nullable String format,
            @QueryParam("accountId") @Described(FilterParameters.ACCOUNT) @Nullable String accountId,
            @QueryParam("userId") @Described(FilterParameters.USER) @Nullable String userId,
            @QueryParam("status") @Described(FilterParameters.STATUS) @Nullable String status,
            @QueryParam("kind") @Described(FilterParameters.KIND) @Nullable String kind,
            @QueryParam("reference") @Described(FilterParameters.REFERENCE) @Nullable String reference,
            @QueryParam("from") @Described(FilterParameters.FROM) @Nullable String from,
            @QueryParam("to") @Described(FilterParameters.TO) @Nullable String to,
            @Context SecurityContext security) {
        ExportFormat chosen = ExportFormat.parse(format);
        TransactionFilter filter = FilterParameters.parse(accountId, userId, status, kind, reference, from, to);
        Initiator initiator = Initiators.of(security);
        StreamingOutput lines = output -> write(initiator, filter, chosen, output);
        return Response.ok(lines, chosen.mediaType())
                .header(
                        HttpHeaders.CONTENT_DISPOSITION,
                        "attachment; filename=\"transactions." + chosen.formatName() + '"')
                .build();
    }

    private void write(Initiator initiator, TransactionFilter filter, ExportFormat format, OutputStream target)
            throws IOException {
        // Each holds a thread of the server for as long as its reader likes.
        if (!free.tryAcquire()) {
            throw ProblemException.unavailable("As many exports as are allowed run already.", RETRY_AFTER, null);
        }
        try {
            // Not closed when reading fails: what is left in the buffer must not follow.
            @SuppressWarnings("resource")
            OutputStream output = new BufferedOutputStream(target, BUFFER_BYTES);
            StringBuilder line = new StringBuilder();
            format.begin(line);
            write(line, output);
            ledger.export(initiator, filter, transaction -> {
                format.append(line, transaction);
                write(line, output);
            });
            output.flush();
        } catch (UncheckedIOException clientGone) {
            throw clientGone.getCause();
        } finally {
            free.release();
        }
    }

    private static void write(StringBuilder line, OutputStream output) {
        try {
            output.write(line.toString().getBytes(StandardCharsets.UTF_8));
        } catch (IOException clientGone) {
            throw new UncheckedIOException(clientGone);
        }
        line.setLength(0);
    }
}
