package io.plinth.rest.internal.problem;

import io.plinth.problem.ProblemException;
import javax.ws.rs.core.Response;
import javax.ws.rs.ext.ExceptionMapper;

/** What was thrown on purpose. */
public final class ProblemExceptionMapper implements ExceptionMapper<ProblemException> {
    @Override
    public Response toResponse(ProblemException exception) {
        return HttpProblems.toResponse(exception);
    }
}
