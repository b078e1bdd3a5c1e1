package io.plinth.itests.harness;

import java.util.Map;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/** One server for all test classes that leave it as they found it; started on first use, stopped after the last. */
public final class SharedServer implements ParameterResolver {
    private static final ExtensionContext.Namespace NAMESPACE = ExtensionContext.Namespace.create(SharedServer.class);

    private record Shared(PlinthServer server, EventTap events) implements AutoCloseable {
        static Shared start() {
            PlinthServer server = PlinthServer.start("shared", Map.of());
            Http.Client admin = server.http().adminClient();
            return new Shared(server, EventTap.open(server.ports().broker(), admin.id(), admin.secret()));
        }

        @Override
        public void close() {
            events.close();
            server.close();
        }
    }

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
        Class<?> type = parameter.getParameter().getType();
        return type == PlinthServer.class || type == EventTap.class || type == Http.class;
    }

    @Override
    public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
        Shared shared = context.getRoot()
                .getStore(NAMESPACE)
                .getOrComputeIfAbsent(Shared.class, key -> Shared.start(), Shared.class);
        Class<?> type = parameter.getParameter().getType();
        if (type == EventTap.class) {
            return shared.events();
        }
        return type == Http.class ? shared.server().http() : shared.server();
    }
}
