package io.plinth.hotdeploy.internal.explain;

import io.plinth.capability.CapabilityOperations.Explanation;
import io.plinth.problem.ProblemException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * An exception and its causes, from the object itself or from the text of its stack trace.
 *
 * @param causes outermost first, at least one
 * @param where it was thrown, such as {@code activate of com.acme.Orders}; may be empty
 */
record Failure(List<Cause> causes, String where) {
    private static final int CAUSES_MAX = 20;
    private static final int LINE_LENGTH_MAX = 400;
    private static final int CLASS_FILE_OF_JAVA_0 = 44;
    private static final Pattern CLASS_FILE = Pattern.compile("class file version (\\d+)");
    private static final Pattern MIGRATION = Pattern.compile("([VR]\\d*\\w*__\\S+?\\.sql)");
    private static final Pattern MIGRATION_MESSAGE = Pattern.compile("(?m)^Message\\s*:\\s*(.+)$");
    private static final Pattern REFUSED = Pattern.compile("is refused since it (.+)");
    private static final Pattern CAUSE = Pattern.compile("(?:Caused by: )?([\\w.$]+)(?::\\s?(.*))?");
    private static final Pattern CLASS_NAME = Pattern.compile("[\\w.$/]+");
    private static final Pattern USES =
            Pattern.compile("exposed to package '([^']+)' from resources? (\\S+).*? and (\\S+)");

    /** One exception of the chain. */
    record Cause(String type, String message) {
        String simpleType() {
            return type.substring(Math.max(type.lastIndexOf('.'), type.lastIndexOf('$')) + 1);
        }

        @Override
        public String toString() {
            return message.isEmpty() ? type : type + ": " + message;
        }
    }

    Failure {
        causes = List.copyOf(causes);
    }

    static Failure of(Throwable thrown) {
        List<Cause> causes = new ArrayList<>();
        Throwable deepest = thrown;
        for (Throwable at = thrown; at != null && causes.size() < CAUSES_MAX; at = at.getCause()) {
            String message = at.getMessage() == null ? "" : at.getMessage();
            causes.add(new Cause(at.getClass().getName(), message));
            deepest = at;
        }
        return new Failure(causes, where(deepest.getStackTrace()));
    }

    /**
     * Reads a stack trace.
     *
     * @param trace as {@link Throwable#printStackTrace()} writes it
     * @param where it was thrown
     */
    static Failure parse(String trace, String where) {
        List<Cause> causes = new ArrayList<>();
        StringBuilder head = new StringBuilder();
        for (String line : (trace.strip() + "\nCaused by: ").split("\\R")) {
            if (line.startsWith("Caused by: ") && !head.isEmpty() && causes.size() < CAUSES_MAX) {
                causes.add(cause(head.toString()));
                head.setLength(0);
            }
            if (!line.startsWith("\tat ") && !line.startsWith("\t...") && !line.startsWith("\tSuppressed: ")) {
                head.append(head.isEmpty() ? "" : "\n").append(line);
            }
        }
        return new Failure(causes, where);
    }

    private static Cause cause(String head) {
        String[] lines = head.split("\n", 2);
        Matcher matcher = CAUSE.matcher(lines[0]);
        if (!matcher.matches()) {
            return new Cause("", head);
        }
        String message = matcher.group(2) == null ? "" : matcher.group(2);
        return new Cause(matcher.group(1), lines.length == 1 ? message : message + "\n" + lines[1]);
    }

    /** The method of the bundle that the framework or the component runtime called. */
    private static String where(StackTraceElement[] trace) {
        StackTraceElement called = null;
        for (StackTraceElement frame : trace) {
            String type = frame.getClassName();
            if (type.startsWith("org.apache.felix.scr.") || type.startsWith("org.apache.felix.framework.")) {
                break;
            }
            if (!type.startsWith("java.") && !type.startsWith("jdk.") && !type.startsWith("sun.")) {
                called = frame;
            }
        }
        if (called == null) {
            return "";
        }
        return called.getMethodName().equals("<init>")
                ? "the constructor of " + called.getClassName()
                : called.getMethodName() + " of " + called.getClassName();
    }

    Explanation explain(String subject) {
        String line = known().map(words -> subject + " " + words).orElseGet(() -> {
            Cause last = causes.get(causes.size() - 1);
            return subject + " threw " + last.simpleType() + (where.isEmpty() ? "" : " in " + where)
                    + (last.message().isEmpty() ? "" : ": " + firstLine(last.message()));
        });
        return new Explanation(line, causes.stream().map(Cause::toString).toList());
    }

    private Optional<String> known() {
        for (int index = causes.size() - 1; index >= 0; index--) {
            Optional<String> words = words(causes.get(index));
            if (words.isPresent()) {
                return words;
            }
        }
        return Optional.empty();
    }

    private static Optional<String> words(Cause cause) {
        Optional<String> migration = migration(cause.message());
        if (migration.isPresent()) {
            return migration;
        }
        String message = firstLine(cause.message());
        if (cause.type().equals(ProblemException.class.getName())) {
            return Optional.of("is refused: " + message);
        }
        return switch (cause.simpleType()) {
            case "UnsupportedClassVersionError" -> Optional.of(builtFor(cause.message()));
            case "ClassNotFoundException", "NoClassDefFoundError" -> Optional.of(missingClass(message));
            case "NoSuchMethodError",
                    "NoSuchFieldError",
                    "AbstractMethodError",
                    "IncompatibleClassChangeError",
                    "IllegalAccessError",
                    "VerifyError",
                    "LinkageError" ->
                Optional.of("does not fit the libraries of the server: " + cause.simpleType() + ": " + message);
            case "BundleException" -> bundle(cause.message());
            default -> Optional.empty();
        };
    }

    private static Optional<String> migration(String message) {
        Matcher file = MIGRATION.matcher(message);
        if (!file.find()) {
            return Optional.empty();
        }
        String name = file.group(1).substring(file.group(1).lastIndexOf('/') + 1);
        Matcher refused = REFUSED.matcher(message);
        if (refused.find()) {
            return Optional.of("has a migration that is refused: " + name + " " + firstLine(refused.group(1)));
        }
        Matcher reason = MIGRATION_MESSAGE.matcher(message);
        return Optional.of("has a migration that failed: " + name + ": "
                + (reason.find() ? firstLine(reason.group(1)) : firstLine(message)));
    }

    private static String builtFor(String message) {
        Matcher version = CLASS_FILE.matcher(message);
        String java = version.find()
                ? String.valueOf(Integer.parseInt(version.group(1)) - CLASS_FILE_OF_JAVA_0)
                : "a newer version";
        return "was built for Java " + java + ", the server runs on "
                + Runtime.version().feature();
    }

    private static String missingClass(String message) {
        Matcher name = CLASS_NAME.matcher(message);
        return name.lookingAt() && !message.startsWith("Could not initialize")
                ? "needs class " + name.group().replace('/', '.') + ", which it neither contains nor imports"
                : "cannot load a class: " + message;
    }

    private static Optional<String> bundle(String message) {
        Matcher uses = USES.matcher(message);
        if (uses.find()) {
            return Optional.of("would see package " + uses.group(1) + " twice, from " + uses.group(2) + " and from "
                    + uses.group(3));
        }
        return message.startsWith("Unable to resolve")
                ? Optional.of("does not resolve: " + firstLine(message))
                : Optional.empty();
    }

    private static String firstLine(String text) {
        String line = text.strip().split("\\R", 2)[0].strip();
        return line.length() <= LINE_LENGTH_MAX ? line : line.substring(0, LINE_LENGTH_MAX) + "…";
    }
}
