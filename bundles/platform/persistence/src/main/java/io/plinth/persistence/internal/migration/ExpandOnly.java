package io.plinth.persistence.internal.migration;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Refuses migrations that the previous version of a bundle, which still runs, would not survive: what drops, renames or
 * narrows. Tables made in the same file may be altered freely.
 */
final class ExpandOnly {
    /** In the same statement it says that its author knows that a MODIFY only widens. */
    private static final String WIDENS = "WIDENS:";

    private static final Pattern CREATE_TABLE =
            Pattern.compile("^CREATE (?:OR REPLACE )?TABLE (?:IF NOT EXISTS )?`?([^`( ]+)`?.*");
    private static final Pattern ALTER_TABLE =
            Pattern.compile("^ALTER (?:ONLINE )?(?:IGNORE )?TABLE (?:IF EXISTS )?`?([^` ]+)`? (.*)");
    private static final Pattern CREATE_UNIQUE = Pattern.compile("^CREATE UNIQUE INDEX .* ON `?([^`( ]+)`?.*");
    private static final Pattern HARMLESS_DROP =
            Pattern.compile("^DROP (INDEX|TRIGGER|TEMPORARY TABLE|PROCEDURE|FUNCTION|EVENT)\\b.*");
    private static final Pattern HARMLESS_DROP_CLAUSE =
            Pattern.compile("^DROP (INDEX|KEY|CONSTRAINT|FOREIGN KEY|CHECK)\\b.*");
    private static final Pattern ADD_CONSTRAINT =
            Pattern.compile("^ADD (CONSTRAINT|UNIQUE|PRIMARY KEY|FOREIGN KEY|CHECK)\\b.*");
    private static final Pattern OPTIONAL_COLUMN =
            Pattern.compile(".*\\b(DEFAULT (?!NULL\\b)|AUTO_INCREMENT|GENERATED ALWAYS|AS \\().*");

    private ExpandOnly() {}

    /**
     * What the script may not do.
     *
     * @return what and why; empty when it only expands
     */
    static Optional<String> violation(String sql) {
        Set<String> made = new HashSet<>();
        for (Statement statement : statements(sql)) {
            Matcher create = CREATE_TABLE.matcher(statement.text());
            if (statement.text().startsWith("CREATE OR REPLACE TABLE")) {
                return Optional.of("replaces a table");
            }
            if (create.matches()) {
                made.add(create.group(1));
                continue;
            }
            Optional<String> violation = violation(statement, made);
            if (violation.isPresent()) {
                return violation;
            }
        }
        return Optional.empty();
    }

    private static Optional<String> violation(Statement statement, Set<String> made) {
        String text = statement.text();
        if (text.startsWith("DROP ") && !HARMLESS_DROP.matcher(text).matches()) {
            return Optional.of("drops what the previous version may use: " + shortened(text));
        }
        if (text.startsWith("RENAME ") || text.startsWith("TRUNCATE ")) {
            return Optional.of("renames or empties a table: " + shortened(text));
        }
        Matcher unique = CREATE_UNIQUE.matcher(text);
        if (unique.matches() && !made.contains(unique.group(1))) {
            return Optional.of("makes values unique that the previous version may repeat: " + shortened(text));
        }
        Matcher alter = ALTER_TABLE.matcher(text);
        if (!alter.matches() || made.contains(alter.group(1))) {
            return Optional.empty();
        }
        return clauses(alter.group(2)).stream()
                .flatMap(clause -> clauseViolation(clause, statement.isWidening()).stream())
                .findFirst();
    }

    private static Optional<String> clauseViolation(String clause, boolean isWidening) {
        if (clause.startsWith("DROP ") && !HARMLESS_DROP_CLAUSE.matcher(clause).matches()) {
            return Optional.of("drops a column: " + shortened(clause));
        }
        if (clause.startsWith("RENAME") || clause.startsWith("CHANGE ")) {
            return Optional.of("renames: " + shortened(clause));
        }
        if (clause.startsWith("MODIFY ") && !isWidening) {
            return Optional.of("may narrow a column: " + shortened(clause)
                    + "; put a comment '-- widens: <why>' into the statement if it does not");
        }
        if (ADD_CONSTRAINT.matcher(clause).matches()) {
            return Optional.of("adds a rule that the previous version does not know: " + shortened(clause));
        }
        boolean isColumn =
                clause.startsWith("ADD ") && !clause.matches("^ADD (INDEX|KEY|FULLTEXT|SPATIAL|PARTITION)\\b.*");
        if (isColumn
                && clause.contains("NOT NULL")
                && !OPTIONAL_COLUMN.matcher(clause).matches()) {
            return Optional.of("adds a column that the previous version does not fill: " + shortened(clause)
                    + "; give it a DEFAULT or let it be NULL");
        }
        return Optional.empty();
    }

    private static String shortened(String text) {
        return text.length() <= 80 ? text : text.substring(0, 80) + "…";
    }

    /** Statements in upper case, white space made single, without comments and contents of strings. */
    private static List<Statement> statements(String sql) {
        List<Statement> statements = new ArrayList<>();
        StringBuilder text = new StringBuilder();
        StringBuilder comments = new StringBuilder();
        int at = 0;
        while (at < sql.length()) {
            char c = sql.charAt(at);
            boolean isDashes = sql.startsWith("-- ", at) || sql.startsWith("--\n", at) || sql.startsWith("--\t", at);
            if (isDashes || c == '#') {
                int end = end(sql, "\n", at);
                comments.append(sql, at, end);
                text.append(' ');
                at = end;
            } else if (sql.startsWith("/*!", at) || sql.startsWith("/*M!", at)) {
                // The server executes what stands in such a comment.
                at += sql.charAt(at + 2) == '!' ? 3 : 4;
                while (at < sql.length() && Character.isDigit(sql.charAt(at))) {
                    at++;
                }
                text.append(' ');
            } else if (sql.startsWith("*/", at)) {
                text.append(' ');
                at += 2;
            } else if (sql.startsWith("/*", at)) {
                int end = end(sql, "*/", at + 2);
                comments.append(sql, at, end);
                text.append(' ');
                at = end;
            } else if (c == '\'' || c == '"') {
                text.append("''");
                at = afterString(sql, at);
            } else if (c == ';') {
                add(statements, text, comments);
                at++;
            } else {
                text.append(c);
                at++;
            }
        }
        add(statements, text, comments);
        return statements;
    }

    private static void add(List<Statement> statements, StringBuilder text, StringBuilder comments) {
        String normal = text.toString().replaceAll("\\s+", " ").strip().toUpperCase(Locale.ROOT);
        if (!normal.isEmpty()) {
            statements.add(new Statement(
                    normal, comments.toString().toUpperCase(Locale.ROOT).contains(WIDENS)));
        }
        text.setLength(0);
        comments.setLength(0);
    }

    private static int end(String sql, String mark, int from) {
        int found = sql.indexOf(mark, from);
        return found < 0 ? sql.length() : found + mark.length();
    }

    private static int afterString(String sql, int start) {
        char quote = sql.charAt(start);
        int at = start + 1;
        while (at < sql.length()) {
            char c = sql.charAt(at);
            if (c == '\\') {
                at += 2;
            } else if (c == quote) {
                return at + 1;
            } else {
                at++;
            }
        }
        return sql.length();
    }

    /** Splits at commas outside of parentheses. */
    private static List<String> clauses(String text) {
        List<String> clauses = new ArrayList<>();
        int depth = 0;
        int start = 0;
        for (int at = 0; at < text.length(); at++) {
            char c = text.charAt(at);
            if (c == '(') {
                depth++;
            } else if (c == ')') {
                depth--;
            } else if (c == ',' && depth == 0) {
                clauses.add(text.substring(start, at).strip());
                start = at + 1;
            }
        }
        clauses.add(text.substring(start).strip());
        return clauses;
    }

    private record Statement(String text, boolean isWidening) {}
}
