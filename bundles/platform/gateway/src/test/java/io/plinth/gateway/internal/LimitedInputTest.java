package io.plinth.gateway.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.plinth.problem.ProblemException;
import io.plinth.problem.ProblemType;
import java.io.IOException;
import org.junit.jupiter.api.Test;

class LimitedInputTest {
    private static final long LONG_MILLIS = 60_000;

    private static LimitedInput input(int bytes, long bytesMax, long timeoutMillis) {
        return new LimitedInput(FakeExchange.input(new byte[bytes]), bytesMax, timeoutMillis);
    }

    private static void assertRefused(ProblemType type, LimitedInput input, boolean byteByByte) {
        assertThatThrownBy(() -> {
                    if (byteByByte) {
                        int read;
                        do {
                            read = input.read();
                        } while (read >= 0);
                    } else {
                        input.readAllBytes();
                    }
                })
                .isInstanceOfSatisfying(ProblemException.class, problem -> assertThat(problem.type())
                        .isEqualTo(type));
    }

    @Test
    void aBodyUpToTheLimitPasses() throws IOException {
        assertThat(input(100, 100, LONG_MILLIS).readAllBytes()).hasSize(100);
        LimitedInput single = input(2, 2, LONG_MILLIS);
        assertThat(single.read()).isZero();
        assertThat(single.isFinished()).isFalse();
        assertThat(single.read()).isZero();
        assertThat(single.read()).isEqualTo(-1);
        assertThat(single.read()).as("the end does not count").isEqualTo(-1);
        assertThat(single.isFinished()).isTrue();
    }

    @Test
    void oneByteMoreIs413HoweverItIsRead() {
        assertRefused(ProblemType.CONTENT_TOO_LARGE, input(101, 100, LONG_MILLIS), false);
        assertRefused(ProblemType.CONTENT_TOO_LARGE, input(101, 100, LONG_MILLIS), true);
        assertRefused(ProblemType.CONTENT_TOO_LARGE, input(100_000, 99_999, LONG_MILLIS), false);
    }

    @Test
    void aBodyThatTakesTooLongIs408() {
        // The time is over before the first byte comes.
        assertRefused(ProblemType.REQUEST_TIMEOUT, input(10, 100, -1), false);
        assertRefused(ProblemType.REQUEST_TIMEOUT, input(10, 100, -1), true);
    }
}
