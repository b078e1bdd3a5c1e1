package io.plinth.rest.internal.problem;

import javax.ws.rs.WebApplicationException;
import javax.ws.rs.core.Response;
import javax.ws.rs.ext.ExceptionMapper;

/** What JAX-RS throws. CXF has a mapper for this type, so the one for all types would not be asked. */
public final class WebApplicationExceptionMapper implements ExceptionMapper<WebApplicationException> {
    @Override
    public Response toResponse(WebApplicationException exception) {
        return HttpProblems.toResponse((Throwable) exception);
    }
}
