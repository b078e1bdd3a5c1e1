package io.plinth.gateway.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.assertj.core.data.Offset;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CallerShareTest {
    private static final int CALLERS = 100_000;

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 10, 50, 99, 100})
    void theShareIsAsLargeAsItSays(int percent) {
        for (String form : new String[] {"", "user-", "10.0.0.", "00000000-0000-0000-0000-0000000"}) {
            long in = IntStream.range(0, CALLERS)
                    .filter(i -> CallerShare.includes("users", form + i + "\nclient", percent))
                    .count();
            // Less than four standard deviations of a fair draw.
            assertThat(in * 100.0 / CALLERS).as(form).isCloseTo(percent, Offset.offset(0.6));
        }
        assertThat(CallerShare.includes("users", "x", 0)).isFalse();
        assertThat(CallerShare.includes("users", "x", 100)).isTrue();
    }

    @Property
    void whoIsInStaysInWhenItGrows(@ForAll String caller, @ForAll @IntRange(max = 99) int percent) {
        if (CallerShare.includes("users", caller, percent)) {
            assertThat(CallerShare.includes("users", caller, percent + 1)).isTrue();
        }
        assertThat(CallerShare.includes("users", caller, percent))
                .isEqualTo(CallerShare.includes("users", caller, percent));
    }

    @Property(tries = 20)
    void anotherSlotTriesItsVersionsOnOthers(@ForAll @IntRange(min = 1, max = 1_000_000) int from) {
        long both = IntStream.range(from, from + 20_000)
                .mapToObj(Integer::toString)
                .filter(caller -> CallerShare.includes("users", caller, 10))
                .filter(caller -> CallerShare.includes("example", caller, 10))
                .count();
        assertThat(both).isBetween(100L, 300L);
    }
}
