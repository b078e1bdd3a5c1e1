package io.plinth.mariadb.internal;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Command lines of {@code mariadbd}. */
final class ServerCommand {
    static final String DATA_OPTION = "--datadir=";

    private final ServerProgram program;
    private final MariaDbSettings settings;

    ServerCommand(ServerProgram program, MariaDbSettings settings) {
        this.program = program;
        this.settings = settings;
    }

    /** Reads SQL from its standard input, as the system tables need it, and ends; opens no port. */
    List<String> bootstrap(Path tables, boolean isFresh) {
        List<String> command = base(tables);
        command.add("--bootstrap");
        command.add("--skip-log-bin");
        command.add("--max-allowed-packet=8M");
        command.add("--innodb-buffer-pool-size=32M");
        if (isFresh) {
            // A fresh folder is thrown away if this fails and synced as a whole if not: 0.6 s instead of 2 to 4.
            command.add("--loose-debug-no-sync");
            command.add("--sync-frm=OFF");
        }
        return command;
    }

    /** Serves on the loopback interface. */
    List<String> serve(int port, Path initFile, Path pidFile) {
        List<String> command = base(settings.tables());
        command.add("--bind-address=127.0.0.1");
        command.add("--port=" + port);
        command.add("--pid-file=" + pidFile);
        command.add("--init-file=" + initFile);
        // No socket file: nothing to reach it by but the port, and no limit on the length of the data folder's path.
        command.add("--socket=");
        command.add("--skip-name-resolve");
        // Loopback only; 11.4 would otherwise make an RSA key at each start, which took up to 13 s.
        command.add("--skip-ssl");
        command.add("--local-infile=OFF");
        command.add("--max-connections=" + settings.connectionsMax());
        command.add("--table-open-cache=400");
        command.add("--innodb-buffer-pool-size=" + settings.bufferPoolMib() + "M");
        command.add("--key-buffer-size=1M");
        command.add("--aria-pagecache-buffer-size=8M");
        command.add("--innodb-temp-data-file-path=ibtmp1:4M:autoextend");
        // What was acknowledged survives a power cut.
        command.add("--innodb-flush-log-at-trx-commit=1");
        command.add("--sync-binlog=1");
        if (settings.binaryLog()) {
            command.add("--log-bin=binlog");
            command.add("--binlog-format=ROW");
            command.add("--expire-logs-days=7");
        } else {
            command.add("--skip-log-bin");
        }
        command.add("--log-bin-trust-function-creators=ON");
        // Unknown to servers before 10.6.18, 10.11.8 and 11.4.2.
        command.add("--loose-innodb-snapshot-isolation=ON");
        command.add("--transaction-isolation=REPEATABLE-READ");
        command.add("--innodb-lock-wait-timeout=10");
        command.add("--sql-mode=STRICT_ALL_TABLES,ERROR_FOR_DIVISION_BY_ZERO,NO_AUTO_CREATE_USER,"
                + "NO_ENGINE_SUBSTITUTION,NO_ZERO_DATE,NO_ZERO_IN_DATE,ONLY_FULL_GROUP_BY");
        command.add("--log-warnings=1");
        return command;
    }

    private List<String> base(Path tables) {
        List<String> command = new ArrayList<>();
        command.add(program.executable().toString());
        command.add("--no-defaults");
        command.add("--basedir=" + program.base());
        command.add("--lc-messages-dir=" + program.share());
        command.add(DATA_OPTION + tables);
        command.add("--tmpdir=" + settings.temporary());
        command.add("--innodb-log-file-size=" + settings.redoLogMib() + "M");
        command.add("--character-set-server=utf8mb4");
        command.add("--collation-server=utf8mb4_bin");
        command.add("--default-time-zone=+00:00");
        if ("root".equals(System.getProperty("user.name"))) {
            command.add("--user=root");
        }
        return command;
    }
}
