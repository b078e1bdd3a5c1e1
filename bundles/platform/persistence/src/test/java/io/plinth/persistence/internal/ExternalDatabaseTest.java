package io.plinth.persistence.internal;

import static org.assertj.core.api.Assertions.assertThat;

import io.plinth.mariadb.internal.MariaDbServer;
import java.net.ServerSocket;
import org.junit.jupiter.api.Test;

class ExternalDatabaseTest {
    private final MariaDbServer server = TestDatabase.server();

    private static String attempt(String url, String user, String password) {
        return ExternalDatabase.tryOnce(new ExternalDatabase.Address(url, user, password), PoolSettings.DEFAULT);
    }

    @Test
    void answeringDatabaseIsTaken() {
        assertThat(attempt(server.url(), server.user(), server.password())).isEmpty();
    }

    @Test
    void wrongPasswordIsToldWithoutIt() {
        assertThat(attempt(server.url() + "?password=hidden", server.user(), "wrong-one"))
                .contains("refuses user plinth", "PLINTH_DB_PASSWORD")
                .doesNotContain("wrong-one")
                .doesNotContain("hidden");
    }

    @Test
    void unknownDatabaseIsTold() {
        assertThat(attempt(server.url().replace("/plinth", "/absent"), server.user(), server.password()))
                .containsAnyOf("no such database", "no access to this schema");
    }

    @Test
    void unreachableServerIsTold() throws Exception {
        int port;
        try (ServerSocket free = new ServerSocket(0)) {
            port = free.getLocalPort();
        }
        assertThat(attempt("jdbc:mariadb://127.0.0.1:" + port + "/plinth", "u", "p"))
                .contains("127.0.0.1:" + port, "cannot be reached")
                .doesNotContain("\n");
    }

    @Test
    void optionsOfTheAdministratorComeFirst() {
        JdbcUrl url = new JdbcUrl("jdbc:mariadb://db:3306/plinth?sslMode=verify-full&connectTimeout=9");
        assertThat(url.pooled(PoolSettings.DEFAULT))
                .contains("sslMode=verify-full", "connectTimeout=9", "max_statement_time=10")
                .doesNotContain("connectTimeout=1500");
        assertThat(new JdbcUrl("jdbc:mariadb://u:p@db/plinth?password=x").shown())
                .isEqualTo("jdbc:mariadb://db/plinth");
    }
}
