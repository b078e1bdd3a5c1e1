package io.plinth.transactions.internal.rest;

import io.plinth.problem.ProblemException;
import io.plinth.transactions.LedgerTransaction;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** What an export is written in. */
enum ExportFormat {
    /** RFC 4180, for spreadsheets. */
    CSV("text/csv;charset=UTF-8;header=present") {
        @Override
        void begin(StringBuilder text) {
            CsvLine.appendHeader(text);
        }

        @Override
        void append(StringBuilder text, LedgerTransaction transaction) {
            CsvLine.append(text, transaction);
        }
    },
    /** One JSON object a line, for programs. */
    NDJSON("application/x-ndjson") {
        @Override
        void begin(StringBuilder text) {
            // Each line says its names itself.
        }

        @Override
        void append(StringBuilder text, LedgerTransaction transaction) {
            JsonLine.append(text, transaction);
        }
    };

    private final String mediaType;

    ExportFormat(String mediaType) {
        this.mediaType = mediaType;
    }

    /** @throws ProblemException 400 naming {@code format}, also when it is left out */
    static ExportFormat parse(@Nullable String name) {
        for (ExportFormat format : values()) {
            if (format.formatName().equals(name)) {
                return format;
            }
        }
        throw ProblemException.invalid("format", "must be csv or ndjson");
    }

    String formatName() {
        return name().toLowerCase(Locale.ROOT);
    }

    String mediaType() {
        return mediaType;
    }

    /** Appends what stands before the first transaction. */
    abstract void begin(StringBuilder text);

    /** Appends one line. */
    abstract void append(StringBuilder text, LedgerTransaction transaction);
}
