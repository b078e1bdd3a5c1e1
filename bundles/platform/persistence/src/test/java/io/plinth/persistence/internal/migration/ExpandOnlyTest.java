package io.plinth.persistence.internal.migration;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ExpandOnlyTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "DROP TABLE t",
                "drop\n table if exists t;",
                "/* harmless */ DROP VIEW v",
                "/*!50000 DROP TABLE t */",
                "SELECT 'x;'; DROP TABLE t",
                "RENAME TABLE t TO u",
                "TRUNCATE TABLE t",
                "ALTER TABLE t DROP COLUMN a",
                "ALTER TABLE t DROP a",
                "ALTER TABLE `t` ADD COLUMN a DECIMAL(10,2) NULL, DROP COLUMN b",
                "ALTER TABLE t RENAME COLUMN a TO b",
                "ALTER TABLE t RENAME TO u",
                "ALTER TABLE t CHANGE a b INT",
                "ALTER TABLE t MODIFY a VARCHAR(5)",
                "ALTER TABLE t ADD COLUMN a INT NOT NULL",
                "ALTER TABLE t ADD a INT NOT NULL COMMENT 'DEFAULT 1'",
                "ALTER TABLE t ADD UNIQUE KEY k (a)",
                "CREATE UNIQUE INDEX k ON t (a)",
                "ALTER TABLE t ADD CONSTRAINT c CHECK (a > 0)",
                "CREATE OR REPLACE TABLE t (a INT)",
                "CREATE TABLE u (a INT); ALTER TABLE t DROP COLUMN a",
            })
    void contracting(String sql) {
        assertThat(ExpandOnly.violation(sql)).isPresent();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "CREATE TABLE t (a INT NOT NULL, UNIQUE KEY (a))",
                "CREATE TABLE t (a INT); ALTER TABLE t ADD COLUMN b INT NOT NULL; CREATE UNIQUE INDEX i ON t (a)",
                "ALTER TABLE t ADD COLUMN a INT NULL",
                "ALTER TABLE t ADD COLUMN a INT NOT NULL DEFAULT 0",
                "ALTER TABLE t ADD COLUMN a VARCHAR(5) NOT NULL DEFAULT '', ADD INDEX i (a)",
                "ALTER TABLE t DROP INDEX i",
                "DROP INDEX i ON t",
                "-- widens: twice as long\nALTER TABLE t MODIFY a VARCHAR(500)",
                "-- DROP TABLE t\nSELECT 1",
                "INSERT INTO t VALUES ('; DROP TABLE t')",
                "INSERT INTO t VALUES ('it\\'s; DROP TABLE t')",
                "CREATE INDEX i ON t (a)",
                "UPDATE t SET a = 1 WHERE a IS NULL",
            })
    void expanding(String sql) {
        assertThat(ExpandOnly.violation(sql)).isEmpty();
    }
}
