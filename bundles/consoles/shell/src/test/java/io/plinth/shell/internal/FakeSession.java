package io.plinth.shell.internal;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import org.apache.karaf.shell.api.console.Session;

/** A session that keeps what is printed and types what it was told to. */
final class FakeSession {
    private final ByteArrayOutputStream printed = new ByteArrayOutputStream();
    private final PrintStream console = new PrintStream(printed, true, StandardCharsets.UTF_8);
    final Deque<String> typed = new ArrayDeque<>();
    final StringBuilder masks = new StringBuilder();

    Session session() {
        return (Session) Proxy.newProxyInstance(
                Session.class.getClassLoader(),
                new Class<?>[] {Session.class},
                (proxy, method, arguments) -> switch (method.getName()) {
                    case "getConsole" -> console;
                    case "readLine" -> {
                        masks.append(arguments[1]);
                        yield typed.removeFirst();
                    }
                    default -> throw new UnsupportedOperationException(method.getName());
                });
    }

    String printed() {
        return printed.toString(StandardCharsets.UTF_8);
    }
}
