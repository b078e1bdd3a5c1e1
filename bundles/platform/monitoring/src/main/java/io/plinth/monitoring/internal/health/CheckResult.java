package io.plinth.monitoring.internal.health;

import io.plinth.health.Health;

/** What came of one check. */
public record CheckResult(String name, Health health, boolean isLiveness) {}
