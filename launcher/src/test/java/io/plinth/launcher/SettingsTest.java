package io.plinth.launcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SettingsTest {
    private static final Path FOLDER = Path.of("/srv/plinth");

    private static Settings read(String... namesAndValues) throws StartupException {
        Map<String, String> environment = new HashMap<>();
        for (int i = 0; i < namesAndValues.length; i += 2) {
            environment.put(namesAndValues[i], namesAndValues[i + 1]);
        }
        return Settings.read(environment, FOLDER);
    }

    private static void assertRefused(String variable, String... namesAndValues) {
        assertThatThrownBy(() -> read(namesAndValues))
                .isInstanceOf(StartupException.class)
                .hasMessageContaining(variable)
                .satisfies(refused -> assertThat(refused.getMessage().lines()).hasSize(1));
    }

    @Test
    void defaultsAreThoseOfTheContract() throws StartupException {
        assertThat(read())
                .isEqualTo(new Settings(
                        FOLDER.resolve("data"),
                        8443,
                        8181,
                        8101,
                        OptionalInt.empty(),
                        61616,
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty()));
    }

    @Test
    void takesEveryVariable() throws StartupException {
        Settings settings = read(
                "PLINTH_DATA", "../state",
                "PLINTH_HTTPS_PORT", "1",
                "PLINTH_HTTP_PORT", "65535",
                "PLINTH_SSH_PORT", "3",
                "PLINTH_DB_PORT", "4",
                "PLINTH_BROKER_PORT", "5",
                "PLINTH_DB_URL", "jdbc:mariadb://db.example:3306/plinth",
                "PLINTH_DB_USER", "database-user",
                "PLINTH_DB_PASSWORD", "database-password",
                "PLINTH_BROKER_URL", "tcp://broker.example:61616",
                "PLINTH_BROKER_USER", "broker-user",
                "PLINTH_BROKER_PASSWORD", "broker-password",
                "PLINTH_ISSUER", "https://id.example/realms/plinth");
        assertThat(settings)
                .isEqualTo(new Settings(
                        Path.of("/srv/state"),
                        1,
                        65_535,
                        3,
                        OptionalInt.of(4),
                        5,
                        Optional.of("jdbc:mariadb://db.example:3306/plinth"),
                        Optional.of("database-user"),
                        Optional.of("tcp://broker.example:61616"),
                        Optional.of("broker-user"),
                        Optional.of("https://id.example/realms/plinth")));
        assertThat(settings.toString()).doesNotContain("password");
    }

    @Test
    void anAbsoluteDataFolderStaysAsItIs() throws StartupException {
        assertThat(read("PLINTH_DATA", "/var/lib/plinth").data()).isEqualTo(Path.of("/var/lib/plinth"));
    }

    @Test
    void aBlankVariableCountsAsNotSet() throws StartupException {
        assertThat(read("PLINTH_DATA", "", "PLINTH_HTTP_PORT", " ", "PLINTH_DB_URL", "", "PLINTH_ISSUER", "\t"))
                .isEqualTo(read());
    }

    @Test
    void aDataFolderThatIsNoPathIsRefused() {
        assertRefused("PLINTH_DATA", "PLINTH_DATA", "da\0ta");
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "65536", "99999", "100000", "-1", "+80", "80 ", " 80", "8,0", "http", "٣", "81\n81"})
    void aWrongPortIsRefusedByName(String port) {
        for (String variable : new String[] {
            "PLINTH_HTTPS_PORT", "PLINTH_HTTP_PORT", "PLINTH_SSH_PORT", "PLINTH_DB_PORT", "PLINTH_BROKER_PORT"
        }) {
            assertRefused(variable, variable, port);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "PLINTH_HTTPS_PORT,PLINTH_HTTP_PORT",
        "PLINTH_HTTPS_PORT,PLINTH_SSH_PORT",
        "PLINTH_HTTP_PORT,PLINTH_SSH_PORT",
        "PLINTH_HTTP_PORT,PLINTH_BROKER_PORT",
        "PLINTH_SSH_PORT,PLINTH_DB_PORT",
        "PLINTH_BROKER_PORT,PLINTH_DB_PORT"
    })
    void onePortForTwoIsRefusedNamingBoth(String one, String other) {
        assertRefused(one, one, "9000", other, "9000");
        assertRefused(other, one, "9000", other, "9000");
    }

    @Test
    void thePortOfWhatIsExternalMayBeAnything() throws StartupException {
        Settings settings = read(
                "PLINTH_BROKER_URL", "tcp://broker.example:61616",
                "PLINTH_BROKER_USER", "user",
                "PLINTH_BROKER_PASSWORD", "secret",
                "PLINTH_BROKER_PORT", "8181");
        assertThat(settings.brokerPort()).isEqualTo(8181);
    }

    @ParameterizedTest
    @CsvSource({"PLINTH_DB,jdbc:mariadb://db/plinth", "PLINTH_BROKER,tcp://broker:61616"})
    void anExternalAddressNeedsUserAndPassword(String prefix, String url) throws StartupException {
        String address = prefix + "_URL";
        String user = prefix + "_USER";
        String password = prefix + "_PASSWORD";
        assertRefused(user, address, url, password, "secret");
        assertRefused(password, address, url, user, "somebody");
        assertRefused(password, address, url, user, "somebody", password, " ");
        assertThat(read(address, url, user, "somebody", password, "secret")).isNotNull();
    }

    @ParameterizedTest
    @CsvSource({
        "PLINTH_DB_URL,jdbc:mysql://db/plinth",
        "PLINTH_DB_URL,db.example",
        "PLINTH_BROKER_URL,amqp://broker",
        "PLINTH_BROKER_URL,broker:61616"
    })
    void aWrongAddressIsRefusedByName(String variable, String url) {
        assertRefused(variable, variable, url);
    }

    @Test
    void aRefusalShowsNoPassword() {
        assertThatThrownBy(() -> read("PLINTH_DB_URL", "jdbc:mysql://db/plinth?password=hunter2"))
                .message()
                .doesNotContain("hunter2");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "id.example",
                "ftp://id.example",
                "https://",
                "https:id",
                "https:///realms",
                "http://a b",
                "a:\nb"
            })
    void aWrongIssuerIsRefusedByName(String issuer) {
        assertRefused("PLINTH_ISSUER", "PLINTH_ISSUER", issuer);
    }

    @Test
    void aLocalIssuerMayBePlain() throws StartupException {
        assertThat(read("PLINTH_ISSUER", "http://localhost:8080/realms/plinth").issuer())
                .contains("http://localhost:8080/realms/plinth");
    }
}
