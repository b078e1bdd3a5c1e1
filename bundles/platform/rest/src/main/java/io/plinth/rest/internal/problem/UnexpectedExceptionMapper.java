package io.plinth.rest.internal.problem;

import javax.ws.rs.core.Response;
import javax.ws.rs.ext.ExceptionMapper;

/** Everything else, so that no stack trace ever reaches a client. */
public final class UnexpectedExceptionMapper implements ExceptionMapper<Throwable> {
    @Override
    public Response toResponse(Throwable exception) {
        return HttpProblems.toResponse(exception);
    }
}
