package io.plinth.persistence.internal;

import io.plinth.persistence.internal.migration.FlywayMigrations;
import io.plinth.persistence.internal.migration.MigrationScript;
import io.plinth.tx.Migrations;
import java.io.IOException;
import java.io.InputStream;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Enumeration;
import java.util.List;
import java.util.Map;
import org.osgi.framework.Bundle;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** Migrations read out of bundles. */
@Component
public final class BundleMigrations implements Migrations {
    private final FlywayMigrations migrations;

    @Activate
    public BundleMigrations(@Reference ConnectionPool pool) {
        this.migrations = new FlywayMigrations(pool.migrating());
    }

    @Override
    public void apply(Bundle bundle) {
        migrations.apply(bundle.getSymbolicName(), scripts(bundle));
    }

    @Override
    public void apply(String owner, Map<String, String> scripts, Duration timeout) {
        migrations.apply(owner, scripts(scripts), timeout);
    }

    @Override
    public List<String> pending(String owner, Map<String, String> scripts) {
        return migrations.pending(owner, scripts(scripts));
    }

    private static List<MigrationScript> scripts(Map<String, String> texts) {
        return texts.entrySet().stream()
                .map(script -> new MigrationScript(script.getKey(), script.getValue()))
                .toList();
    }

    private static List<MigrationScript> scripts(Bundle bundle) {
        Enumeration<URL> entries = bundle.findEntries(MigrationScript.FOLDER, "*.sql", false);
        if (entries == null) {
            return List.of();
        }
        List<MigrationScript> scripts = new ArrayList<>();
        for (URL entry : Collections.list(entries)) {
            String path = entry.getPath();
            try (InputStream in = entry.openStream()) {
                scripts.add(new MigrationScript(
                        path.substring(path.lastIndexOf('/') + 1),
                        new String(in.readAllBytes(), StandardCharsets.UTF_8)));
            } catch (IOException e) {
                throw new IllegalStateException(bundle.getSymbolicName() + ": cannot read " + path, e);
            }
        }
        return scripts;
    }
}
