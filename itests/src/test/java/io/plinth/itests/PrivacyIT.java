package io.plinth.itests;

import static org.assertj.core.api.Assertions.assertThat;

import io.plinth.itests.harness.EventTap;
import io.plinth.itests.harness.Eventually;
import io.plinth.itests.harness.Http;
import io.plinth.itests.harness.Http.Client;
import io.plinth.itests.harness.OnSharedServer;
import io.plinth.itests.harness.People;
import io.plinth.itests.harness.PlinthServer;
import io.plinth.itests.harness.Reply;
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

/** Secrets and personal data are in no log, event, command line or database file. */
@OnSharedServer
class PrivacyIT {
    private final PlinthServer server;
    private final Http http;
    private final EventTap events;

    PrivacyIT(PlinthServer server, Http http, EventTap events) {
        this.server = server;
        this.http = http;
        this.events = events;
    }

    @Test
    void nothingPrivateShowsAnywhere() throws IOException {
        String name = People.uniqueName("canary");
        String email = "kanarienvogel." + name + "@example.org";
        String displayName = "Kanarien Vogel " + name;
        String password = "zwitscher-" + name + "-geheim";
        Reply created = new People(http)
                .post(Map.of("username", name, "email", email, "displayName", displayName, "password", password));
        assertThat(created.status()).as(created.toString()).isEqualTo(201);
        String id = created.json().path("id").asText();
        String path = "/api/v1/users/" + id;

        // Things that fail with private data in hand are the ones that get logged.
        new People(http).post(Map.of("username", name, "email", email, "displayName", displayName));
        http.post("/api/v1/users")
                .token(http.admin())
                .jsonText("{\"username\":\"" + name + "\",\"email\":\"" + email + "\",\"password\":\"" + password + "\"")
                .send();
        http.get("/api/v1/users?q=" + Http.encode(email)).token(http.admin()).send();
        http.requestToken(new Client(name, password));
        Client client = http.clientOf(id, "user");
        String token = http.token(client);
        http.get(path).token(token).send();
        http.get(path).token(token + "x").send();
        http.call("DELETE", path).token(http.admin()).send();

        Eventually.within(
                Duration.ofSeconds(20),
                () -> assertThat(events.of(EventTap.USERS, id)).hasSizeGreaterThanOrEqualTo(2));
        assertThat(events.of(EventTap.USERS, id).toString())
                .doesNotContain(email)
                .doesNotContain(displayName)
                .doesNotContain(password);

        List<String> secrets = new ArrayList<>(generatedSecrets());
        secrets.addAll(List.of(email, displayName, password, client.secret(), token));
        List<String> outlets = new ArrayList<>(server.output());
        for (Path log : server.logFiles()) {
            outlets.add(Files.readString(log, StandardCharsets.ISO_8859_1));
        }
        // The control: the request did leave its traces.
        assertThat(String.join("\n", outlets)).contains("/api/v1/users/" + id);
        outlets.add(server.jvm().info().commandLine().orElse(""));
        server.databaseProcess().ifPresent(process -> outlets.add(process.info().commandLine().orElse("")));
        for (String secret : secrets) {
            assertThat(outlets).noneMatch(text -> text.contains(secret));
        }
    }

    @Test
    void personalDataIsEncryptedInTheDatabase() throws IOException {
        String name = People.uniqueName("cipher");
        String email = "verborgen." + name + "@example.org";
        String displayName = "Verborgener Name " + name;
        Reply created =
                new People(http).post(Map.of("username", name, "email", email, "displayName", displayName));
        assertThat(created.status()).isEqualTo(201);
        byte[][] all = filesOf(server.data());
        // The control: the user name is kept in plain text, and is found.
        assertThat(occurs(all, name)).isTrue();
        assertThat(occurs(all, email)).as("e-mail in a file of the data folder").isFalse();
        assertThat(occurs(all, displayName)).as("display name in a file").isFalse();
    }

    @Test
    void secretsAreForTheOwnerOnly() throws IOException {
        assertThat(permissions(server.data().resolve("secrets"))).isEqualTo("rwx------");
        try (Stream<Path> files = Files.list(server.data().resolve("secrets"))) {
            assertThat(files).isNotEmpty().allMatch(file -> permissions(file).equals("rw-------"));
        }
        try (Stream<Path> files = Files.walk(server.data().resolve("tls"))) {
            assertThat(files.filter(file -> Files.isRegularFile(file) && isPrivateKey(file)))
                    .isNotEmpty()
                    .allMatch(file -> permissions(file).equals("rw-------"));
        }
    }

    private List<String> generatedSecrets() throws IOException {
        List<String> secrets = new ArrayList<>();
        try (Stream<Path> files = Files.list(server.data().resolve("secrets"))) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                secrets.add(Files.readString(file, StandardCharsets.ISO_8859_1).strip());
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
                if (file[at] == wanted[0] && java.util.Arrays.equals(file, at, at + wanted.length, wanted, 0, wanted.length)) {
                    return true;
                }
            }
        }
        return false;
    }
}
