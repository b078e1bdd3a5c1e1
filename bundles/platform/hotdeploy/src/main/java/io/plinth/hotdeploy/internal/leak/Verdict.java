package io.plinth.hotdeploy.internal.leak;

import java.util.List;

/**
 * What became of a class loader.
 *
 * @param isCollected whether it is gone
 * @param line one short line; empty when it is gone
 * @param path from the GC root that holds it to the class loader, one step a line; empty when it was not looked for
 */
public record Verdict(boolean isCollected, String line, List<String> path) {
    static final Verdict COLLECTED = new Verdict(true, "", List.of());

    public Verdict {
        path = List.copyOf(path);
    }

    static Verdict held(String line) {
        return new Verdict(false, line, List.of());
    }

    /** The line and the path below it. */
    @Override
    public String toString() {
        return path.isEmpty() ? line : line + "\n" + String.join("\n→ ", path);
    }
}
