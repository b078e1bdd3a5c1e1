package io.plinth.mariadb.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ErrorLogTest {
    @TempDir
    Path folder;

    @Test
    void tellsTheFirstCauseOfThisStart() throws IOException {
        Path file = Files.writeString(folder.resolve("m.log"), "2026-01-01 10:00:00 0 [ERROR] of an earlier start\n");
        ErrorLog log = new ErrorLog(file);
        log.begin();
        Files.writeString(file, """
                2026-01-01 10:00:01 0 [Note] Starting
                2026-01-01 10:00:01 0 [ERROR] InnoDB: The log is corrupt
                2026-01-01 10:00:01 0 [ERROR] Plugin 'InnoDB' registration as a STORAGE ENGINE failed.
                2026-01-01 10:00:01 0 [ERROR] Aborting
                """, StandardOpenOption.APPEND);
        assertThat(log.reason()).isEqualTo("InnoDB: The log is corrupt");
    }

    @Test
    void tellsTheLastLineWhenThereIsNoError() throws IOException {
        Path file = folder.resolve("m.log");
        ErrorLog log = new ErrorLog(file);
        log.begin();
        Files.writeString(file, "mariadbd: error while loading shared libraries: libcrypt.so.1\n");
        assertThat(log.reason()).isEqualTo("mariadbd: error while loading shared libraries: libcrypt.so.1");
    }

    @Test
    void isKeptShort() throws IOException {
        Path file = folder.resolve("m.log");
        Files.write(file, new byte[11 << 20]);
        ErrorLog log = new ErrorLog(file);
        log.begin();
        assertThat(file).doesNotExist();
        assertThat(folder.resolve("m.log.1")).exists();
    }
}
