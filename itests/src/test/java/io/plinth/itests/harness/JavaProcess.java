package io.plinth.itests.harness;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** What the JVM of a server says about itself, asked with the JDK's own {@code jcmd}: nothing of the server takes part. */
public final class JavaProcess {
    private static final Duration LIMIT = Duration.ofSeconds(60);

    private final long id;

    public JavaProcess(PlinthServer server) {
        this.id = server.jvm().pid();
    }

    /** Collects all garbage, classes that nobody holds included. */
    public void collectGarbage() {
        ask("GC.run");
    }

    /** How many classes of this name are loaded: one for each class loader that is alive. */
    public long classes(String name) {
        return ask("VM.class_hierarchy", name)
                .lines()
                .filter(line -> line.contains(name + "/0x"))
                .count();
    }

    private String ask(String... question) {
        String jcmd = Path.of(System.getProperty("java.home"), "bin", "jcmd").toString();
        List<String> command = new ArrayList<>(List.of(jcmd, Long.toString(id)));
        command.addAll(List.of(question));
        Commands.Outcome outcome = Commands.run(LIMIT, Map.of(), command);
        assertThat(outcome.exitCode()).as(outcome.output()).isZero();
        return outcome.output();
    }
}
