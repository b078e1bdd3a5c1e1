package io.plinth.itests;

import static org.assertj.core.api.Assertions.assertThat;

import io.plinth.itests.harness.EventTap;
import io.plinth.itests.harness.Eventually;
import io.plinth.itests.harness.Http;
import io.plinth.itests.harness.Http.Client;
import io.plinth.itests.harness.Money;
import io.plinth.itests.harness.People;
import io.plinth.itests.harness.PlinthServer;
import io.plinth.itests.harness.Reply;
import io.plinth.itests.harness.ServerLogOnFailure;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Secrets and personal data are in no log, event, command line or database file. */
@ExtendWith(ServerLogOnFailure.class)
class PrivacyIT {
    private static final String PASSWORD = "zwitscher-kanarienvogel-geheim";

    @Test
    void nothingPrivateShowsAnywhere() throws IOException {
        String name = People.uniqueName("canary");
        String email = "kanarienvogel." + name + "@example.org";
        String displayName = "Kanarien Vogel " + name;
        List<String> secrets = new ArrayList<>(List.of(PASSWORD));
        List<String> outlets;
        Path data;
        try (PlinthServer server = PlinthServer.start("private", Map.of())) {
            data = server.data();
            secrets.addAll(generatedSecrets(data));
            Client admin = server.http().adminClient();
            try (EventTap events = EventTap.open(server.ports().broker(), admin.id(), admin.secret())) {
                secrets.addAll(live(server.http(), events, name, email, displayName));
            }
            assertOwnerOnly(data);
            outlets = new ArrayList<>();
            outlets.add(server.jvm().info().commandLine().orElse(""));
            outlets.add(
                    server.databaseProcess().orElseThrow().info().commandLine().orElse(""));
            server.terminate();
            assertThat(server.awaitExit(Duration.ofSeconds(45))).isZero();
            outlets.addAll(server.output());
            for (Path log : server.logFiles()) {
                outlets.add(Files.readString(log, StandardCharsets.ISO_8859_1));
            }
        }
        // The controls: requests leave their traces in the log, the user name its own in the database.
        assertThat(outlets).anyMatch(text -> text.contains("/api/v1/users/"));
        byte[][] files = filesOf(data);
        assertThat(occurs(files, name)).isTrue();

        for (String secret : secrets) {
            assertThat(outlets.stream().filter(text -> text.contains(secret)).count())
                    .as("places that show '%s…'", secret.substring(0, Math.min(4, secret.length())))
                    .isZero();
        }
        for (String personal : List.of(email, displayName, PASSWORD)) {
            assertThat(outlets).noneMatch(text -> text.contains(personal));
        }
        // E-mail and display name are still readable there: see the departures in the README.
        assertThat(occurs(files, PASSWORD)).as("a password in a file").isFalse();
    }

    /** A user's life; things that fail with private data in hand are the ones that get logged. */
    private static List<String> live(Http http, EventTap events, String name, String email, String displayName) {
        Map<String, String> body =
                Map.of("username", name, "email", email, "displayName", displayName, "password", PASSWORD);
        Reply created = new People(http).post(body);
        assertThat(created.status()).as(created.toString()).isEqualTo(201);
        String id = created.json().path("id").asText();
        String path = "/api/v1/users/" + id;
        new People(http).post(body);
        http.post("/api/v1/users")
                .token(http.admin())
                .jsonText(
                        "{\"username\":\"" + name + "\",\"email\":\"" + email + "\",\"password\":\"" + PASSWORD + "\"")
                .send();
        http.get("/api/v1/users?q=" + Http.encode(email)).token(http.admin()).send();
        http.requestToken(new Client(name, PASSWORD));
        Client client = http.clientOf(id, "user");
        String token = http.token(client);
        http.get(path).token(token).send();
        http.get(path).token(token + "x").send();
        moveMoney(http, events, id, token, displayName);
        http.call("DELETE", path).token(http.admin()).send();
        Eventually.within(Duration.ofSeconds(20), () -> assertThat(events.of(EventTap.USERS, id))
                .hasSizeGreaterThanOrEqualTo(2));
        assertThat(events.of(EventTap.USERS, id).toString())
                .doesNotContain(email)
                .doesNotContain(displayName)
                .doesNotContain(PASSWORD);
        return List.of(client.secret(), token, http.admin());
    }

    /** Names of accounts and metadata are the client's own words, and may be anything. */
    private static void moveMoney(Http http, EventTap events, String userId, String token, String displayName) {
        Money money = new Money(http);
        String account = money.open(Map.of("ownerId", userId, "currency", Money.CURRENCY, "name", displayName));
        Map<String, Object> body =
                Money.with(Money.transfer(money.source(), account, 1), "metadata", Map.of("who", displayName));
        String id = Money.done(money.post(http.admin(), Money.key(), body));
        money.post(http.admin(), Money.key(), Money.with(body, "amount", 0));
        money.post(token, Money.key(), body);
        http.get(Money.TRANSACTIONS + "/export?format=csv").token(token).send();
        Eventually.within(
                Duration.ofSeconds(20),
                () -> assertThat(events.all(EventTap.TRANSACTIONS).toString()).contains(id));
        assertThat(events.all(EventTap.TRANSACTIONS).toString()).doesNotContain(displayName);
    }

    private static void assertOwnerOnly(Path data) throws IOException {
        assertThat(permissions(data.resolve("secrets"))).isEqualTo("rwx------");
        try (Stream<Path> files = Files.list(data.resolve("secrets"))) {
            assertThat(files).isNotEmpty().allMatch(file -> permissions(file).equals("rw-------"));
        }
        try (Stream<Path> files = Files.walk(data.resolve("tls"))) {
            assertThat(files.filter(file -> Files.isRegularFile(file) && isPrivateKey(file)))
                    .isNotEmpty()
                    .allMatch(file -> permissions(file).equals("rw-------"));
        }
    }

    /** Files of the secrets folder with one line, so no keys in PEM. */
    private static List<String> generatedSecrets(Path data) throws IOException {
        List<String> secrets = new ArrayList<>();
        try (Stream<Path> files = Files.list(data.resolve("secrets"))) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                String text =
                        Files.readString(file, StandardCharsets.ISO_8859_1).strip();
                if (text.lines().count() == 1) {
                    secrets.add(text);
                }
            }
        }
        assertThat(secrets).hasSizeGreaterThanOrEqualTo(2).noneMatch(String::isBlank);
        return secrets;
    }

    private static boolean isPrivateKey(Path file) {
        try {
            return Files.readString(file, StandardCharsets.ISO_8859_1).contains("PRIVATE KEY")
                    || file.toString().matches(".*\\.(p12|jks|key)");
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private static String permissions(Path file) {
        try {
            return PosixFilePermissions.toString(Files.getPosixFilePermissions(file));
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private static byte[][] filesOf(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            List<byte[]> contents = new ArrayList<>();
            for (Path file : files.filter(Files::isRegularFile)
                    .filter(file -> !file.toString().contains("/cache/"))
                    .toList()) {
                contents.add(Files.readAllBytes(file));
            }
            return contents.toArray(new byte[0][]);
        }
    }

    private static boolean occurs(byte[][] files, String text) {
        byte[] wanted = text.getBytes(StandardCharsets.UTF_8);
        for (byte[] file : files) {
            for (int at = 0; at <= file.length - wanted.length; at++) {
                if (file[at] == wanted[0]
                        && java.util.Arrays.equals(file, at, at + wanted.length, wanted, 0, wanted.length)) {
                    return true;
                }
            }
        }
        return false;
    }
}
