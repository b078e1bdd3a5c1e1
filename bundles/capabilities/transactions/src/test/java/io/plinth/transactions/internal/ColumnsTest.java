package io.plinth.transactions.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ColumnsTest {
    /** Every time that a client can write down. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "0000-01-01T00:00:00Z",
                "1969-12-31T23:59:59.999999Z",
                "1970-01-01T00:00:00Z",
                "2026-11-25T12:00:00.000001Z",
                "2999-01-01T00:00:00Z",
                "9999-12-31T23:59:59.999999Z"
            })
    void timesComeBack(String text) {
        Instant time = Instant.parse(text);
        long micros = Columns.micros(time);
        assertThat(Instant.EPOCH.plus(micros, ChronoUnit.MICROS)).isEqualTo(time);
        assertThat(Columns.ceilingMicros(time)).isEqualTo(micros);
        assertThat(Columns.micros(time.plusNanos(999))).isEqualTo(micros);
        assertThat(Columns.ceilingMicros(time.plusNanos(1))).isEqualTo(micros + 1);
    }
}
