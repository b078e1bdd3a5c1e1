package io.plinth.itests.harness;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** Runs programs in an environment that holds nothing of the developer's own Plinth, Karaf or JVM settings. */
public final class Commands {
    private static final List<String> FOREIGN =
            List.of("PLINTH_", "KARAF_", "JAVA_OPTS", "EXTRA_JAVA_OPTS", "JAVA_TOOL_OPTIONS", "JDK_JAVA_OPTIONS");

    private Commands() {}

    /** How a program ended. */
    public record Outcome(int exitCode, String output) {
        /** Lines that say something. */
        public List<String> lines() {
            return output.lines().filter(line -> !line.isBlank()).toList();
        }
    }

    /** Runs it to its end; output and errors come together. Killed, with a failure, when the limit is over. */
    public static Outcome run(Duration limit, Map<String, String> environment, List<String> command) {
        Path output = null;
        try {
            // A file, since a background child that keeps a pipe open would keep us waiting.
            output = Files.createTempFile("plinth-it", ".out");
            Process process = builder(environment, command)
                    .redirectInput(ProcessBuilder.Redirect.from(new File("/dev/null")))
                    .redirectOutput(output.toFile())
                    .start();
            if (!process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
                process.destroyForcibly();
                throw new AssertionError(command + " did not end within " + limit + ":\n" + text(output));
            }
            return new Outcome(process.exitValue(), text(output));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted while " + command + " ran", e);
        } finally {
            if (output != null) {
                output.toFile().delete();
            }
        }
    }

    static ProcessBuilder builder(Map<String, String> environment, List<String> command) {
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().keySet().removeIf(name -> FOREIGN.stream().anyMatch(name::startsWith));
        builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
        builder.environment().putAll(environment);
        return builder;
    }

    /** A program on the PATH or in Debian's folders for servers; empty when it is not installed. */
    public static Optional<Path> find(String... names) {
        for (String name : names) {
            for (String folder : (System.getenv("PATH") + ":/usr/sbin:/usr/bin").split(":")) {
                Path program = Path.of(folder, name);
                if (Files.isExecutable(program)) {
                    return Optional.of(program);
                }
            }
        }
        return Optional.empty();
    }

    private static String text(Path file) throws IOException {
        return new String(Files.readAllBytes(file), StandardCharsets.UTF_8);
    }
}
