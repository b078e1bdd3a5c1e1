package io.plinth.rest.internal;

import static org.assertj.core.api.Assertions.assertThat;

import io.plinth.rest.internal.http.ContextLoader;
import java.nio.charset.StandardCharsets;
import javax.annotation.security.PermitAll;
import javax.ws.rs.GET;
import javax.ws.rs.Path;
import javax.ws.rs.Produces;
import org.apache.cxf.phase.PhaseInterceptorChain;
import org.apache.cxf.resource.DefaultResourceManager;
import org.apache.cxf.resource.ResourceManager;
import org.apache.cxf.resource.ResourceResolver;
import org.junit.jupiter.api.Test;

/** Inside CXF, since it is CXF's own question that is answered. */
class ContextLoaderTest {
    @Path("/loader")
    @Produces("text/plain")
    public static final class Question {
        @GET
        @PermitAll
        public String ask() {
            ResourceManager resources = PhaseInterceptorChain.getCurrentMessage()
                    .getExchange()
                    .getBus()
                    .getExtension(ResourceManager.class);
            long installed = resources.getResourceResolvers().stream()
                    .filter(ContextLoader.class::isInstance)
                    .count();
            ResourceResolver first =
                    ((DefaultResourceManager) resources).getResourceResolvers().get(0);
            return installed + " " + (first instanceof ContextLoader) + " "
                    + (resources.resolveResource("", ClassLoader.class)
                            == Thread.currentThread().getContextClassLoader());
        }
    }

    @Test
    void theThreadsOwnLoaderIsTheFirstAnswerHoweverManyRequestsThereWere() throws Exception {
        RestServer server = new RestServer(new StrictRestExtensions(Configs.restDefaults()), new Question());
        try {
            server.send("GET", "/loader", null);
            String answer = new String(server.send("GET", "/loader", null).body(), StandardCharsets.UTF_8);

            assertThat(answer).isEqualTo("1 true true");
        } finally {
            server.close();
        }
    }

    @Test
    void otherQuestionsAreLeftToOthers() {
        ContextLoader loader = new ContextLoader();

        assertThat(loader.resolve("a/name", ClassLoader.class)).isNull();
        assertThat(loader.resolve("", String.class)).isNull();
        assertThat(loader.getAsStream("a/name")).isNull();
    }
}
