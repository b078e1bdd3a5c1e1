package io.plinth.persistence.internal;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;

/** The URL given by the administrator, completed by what the platform needs. */
record JdbcUrl(String given) {
    private static final String SCHEME = "jdbc:mariadb:";
    private static final long SOCKET_GRACE_MILLIS = 5_000;
    private static final String SQL_MODE = "STRICT_ALL_TABLES,ERROR_FOR_DIVISION_BY_ZERO,NO_AUTO_CREATE_USER,"
            + "NO_ENGINE_SUBSTITUTION,NO_ZERO_DATE,NO_ZERO_IN_DATE,ONLY_FULL_GROUP_BY";

    JdbcUrl {
        if (!given.startsWith(SCHEME + "//")) {
            throw new IllegalArgumentException(
                    "PLINTH_DB_URL must look like jdbc:mariadb://host:3306/plinth, but starts otherwise");
        }
    }

    /** Without options, since those may hold credentials; for messages. */
    String shown() {
        int options = given.indexOf('?');
        String bare = options < 0 ? given : given.substring(0, options);
        return bare.replaceAll("//[^/@]*@", "//");
    }

    /** For the pool. */
    String pooled(PoolSettings settings) {
        Map<String, String> options = common(settings.connectionTimeout());
        options.put("socketTimeout", Long.toString(settings.statementTimeout().toMillis() + SOCKET_GRACE_MILLIS));
        options.put("useServerPrepStmts", "true");
        options.put("cachePrepStmts", "true");
        options.put("prepStmtCacheSize", "250");
        options.put(
                "sessionVariables",
                variables() + ",max_statement_time="
                        + settings.statementTimeout().toSeconds() + ",innodb_lock_wait_timeout="
                        + settings.lockTimeout().toSeconds());
        return with(options);
    }

    /** For migrations, which may run long. */
    String migrating(PoolSettings settings) {
        Map<String, String> options = common(settings.connectionTimeout());
        options.put("sessionVariables", variables() + ",max_statement_time=0");
        return with(options);
    }

    private static Map<String, String> common(Duration connectTimeout) {
        Map<String, String> options = new LinkedHashMap<>();
        options.put("connectTimeout", Long.toString(connectTimeout.toMillis()));
        options.put("tcpKeepAlive", "true");
        options.put("allowMultiQueries", "false");
        options.put("allowLocalInfile", "false");
        options.put("timezone", "UTC");
        return options;
    }

    private static String variables() {
        return "time_zone='+00:00',sql_mode='" + SQL_MODE + "'";
    }

    private String with(Map<String, String> options) {
        StringBuilder url = new StringBuilder(given);
        char separator = given.indexOf('?') < 0 ? '?' : '&';
        for (Map.Entry<String, String> option : options.entrySet()) {
            // What the administrator wrote comes first.
            if (given.matches(".*[?&]" + option.getKey() + "=.*")) {
                continue;
            }
            url.append(separator).append(option.getKey()).append('=').append(option.getValue());
            separator = '&';
        }
        return url.toString();
    }
}
