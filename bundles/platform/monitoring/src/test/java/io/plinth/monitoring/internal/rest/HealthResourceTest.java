package io.plinth.monitoring.internal.rest;

import static org.assertj.core.api.Assertions.assertThat;

import io.plinth.health.Health;
import io.plinth.monitoring.internal.health.CheckResult;
import io.plinth.monitoring.internal.rest.HealthResource.ExplainedLine;
import io.plinth.monitoring.internal.rest.HealthResource.Line;
import io.plinth.monitoring.internal.rest.HealthResource.Report;
import java.util.List;
import org.junit.jupiter.api.Test;

class HealthResourceTest {
    private static final List<CheckResult> RESULTS = List.of(
            new CheckResult("broker", Health.UP, false), new CheckResult("database", Health.down("no route"), false));

    @Test
    void showsReasonsOnlyToThoseWhoMayKnow() {
        assertThat(Report.of(RESULTS, false))
                .isEqualTo(new Report("DOWN", List.of(new Line("broker", "UP"), new Line("database", "DOWN"))));
        assertThat(Report.of(RESULTS, true))
                .isEqualTo(new Report(
                        "DOWN", List.of(new Line("broker", "UP"), new ExplainedLine("database", "DOWN", "no route"))));
    }

    @Test
    void isUpWithoutAnyCheck() {
        assertThat(Report.of(List.of(), true)).isEqualTo(new Report("UP", List.of()));
    }
}
