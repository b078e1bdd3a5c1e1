package io.plinth.rest.internal;

import io.plinth.rest.RestExtensions;
import io.plinth.rest.internal.http.AnswerFilter;
import io.plinth.rest.internal.http.ContextLoader;
import io.plinth.rest.internal.http.CutOffInterceptor;
import io.plinth.rest.internal.http.GuardFeature;
import io.plinth.rest.internal.http.GzipInterceptor;
import io.plinth.rest.internal.http.NoBodyFilter;
import io.plinth.rest.internal.http.UnguardedRefusal;
import io.plinth.rest.internal.json.JsonBody;
import io.plinth.rest.internal.json.JsonLimits;
import io.plinth.rest.internal.problem.ProblemExceptionMapper;
import io.plinth.rest.internal.problem.ProblemWriter;
import io.plinth.rest.internal.problem.UnexpectedExceptionMapper;
import io.plinth.rest.internal.problem.WebApplicationExceptionMapper;
import java.util.Set;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.metatype.annotations.Designate;

/** The platform's providers. None has a {@code @Context} field, and none keeps a class of an application in a static. */
@Component(configurationPid = RestConfig.PID)
@Designate(ocd = RestConfig.class)
public final class StrictRestExtensions implements RestExtensions {
    private final JsonLimits limits;
    private final int gzipBytesMin;

    @Activate
    public StrictRestExtensions(RestConfig config) {
        limits = new JsonLimits(
                config.json_depth_max(), config.json_string_length_max(), config.json_number_length_max());
        gzipBytesMin = config.gzip_bytes_min();
    }

    @Override
    public Set<Object> create() {
        return Set.of(
                new JsonBody(limits),
                new ProblemExceptionMapper(),
                new WebApplicationExceptionMapper(),
                new UnexpectedExceptionMapper(),
                new ProblemWriter(),
                new NoBodyFilter(),
                new GuardFeature(),
                new UnguardedRefusal(),
                new ContextLoader(),
                new AnswerFilter(),
                new CutOffInterceptor(),
                new GzipInterceptor(gzipBytesMin));
    }
}
