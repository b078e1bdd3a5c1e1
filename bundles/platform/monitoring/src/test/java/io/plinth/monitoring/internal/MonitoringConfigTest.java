package io.plinth.monitoring.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Method;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class MonitoringConfigTest {
    @Test
    void keysAndDefaultsStay() {
        Map<String, Object> defaults = new TreeMap<>();
        for (Method method : MonitoringConfig.class.getDeclaredMethods()) {
            defaults.put(method.getName().replace('_', '.'), method.getDefaultValue());
        }
        assertThat(defaults)
                .isEqualTo(Map.of(
                        "expected.capabilities",
                        "issuer, capabilities",
                        "expected.checks",
                        "database, broker",
                        "check.timeout.millis",
                        2000L,
                        "check.reuse.millis",
                        1000L,
                        "meters.max",
                        5000,
                        "tag.values.max",
                        300));
    }
}
