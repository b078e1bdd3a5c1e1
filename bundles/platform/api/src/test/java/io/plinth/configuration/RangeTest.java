package io.plinth.configuration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;

class RangeTest {
    @Test
    void bothEndsBelongToIt() {
        assertThat(Range.check("io.plinth.x", "size", 2, 2, 4)).isEqualTo(2);
        assertThat(Range.check("io.plinth.x", "size", 4L, 2L, 4L)).isEqualTo(4L);
    }

    @Test
    void whatLiesOutsideIsOneLineWithFileKeyValueAndRange() {
        for (int outside : new int[] {1, 5, Integer.MIN_VALUE}) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> Range.check("io.plinth.x", "size", outside, 2, 4))
                    .withMessage("etc/io.plinth.x.cfg: size is " + outside + " but must be from 2 to 4");
        }
    }
}
