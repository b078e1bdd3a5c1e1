package io.plinth.itests.harness;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/** A client that trusts the server's own CA and nothing else; on the way in through TLS, or through the loopback port. */
public final class Http {
    private static final Duration TIMEOUT = Duration.ofSeconds(30);
    private static final Duration TOKEN_AGE_MAX = Duration.ofMinutes(4);

    private final PlinthServer server;
    private final SSLContext trust;
    private final HttpClient http1;
    private final HttpClient http2;
    private final Map<String, Client> clients = new ConcurrentHashMap<>();
    private final Map<Client, Token> tokens = new ConcurrentHashMap<>();

    private record Token(String value, long takenNanos) {}

    /** An OAuth client. */
    public record Client(String id, String secret) {}

    Http(PlinthServer server) {
        this.server = server;
        this.trust = trusting(server.certificateAuthority());
        this.http1 = client(HttpClient.Version.HTTP_1_1);
        this.http2 = client(HttpClient.Version.HTTP_2);
    }

    /** A request through TLS with HTTP/1.1. */
    public Call call(String method, String path) {
        return new Call(http1, URI.create("https://localhost:" + server.ports().https() + path), method);
    }

    /** A request through TLS that offers HTTP/2. */
    public Call callHttp2(String method, String path) {
        return new Call(http2, URI.create("https://localhost:" + server.ports().https() + path), method);
    }

    /** A request through the plain port on loopback. */
    public Call callPlain(String method, String path) {
        return new Call(http1, URI.create("http://127.0.0.1:" + server.ports().http() + path), method);
    }

    public Call get(String path) {
        return call("GET", path);
    }

    public Call post(String path) {
        return call("POST", path);
    }

    /** TLS settings of this client. */
    public SSLContext trust() {
        return trust;
    }

    /** The first client, of role admin. */
    public Client adminClient() {
        return new Client("plinth-admin", server.secret("client-secret"));
    }

    /** A token of the first client, taken anew before it gets old. */
    public String admin() {
        return token(adminClient());
    }

    /** A token of a client that has exactly this role and no user. */
    public String role(String role) {
        return token(clients.computeIfAbsent(role, name -> createClient("it-" + name, List.of(name), Map.of())));
    }

    /** A client that acts as a user. */
    public Client clientOf(String userId, String... roles) {
        return createClient("it-of-user", List.of(roles), Map.of("userId", userId));
    }

    public Client createClient(String name, List<String> roles, Map<String, String> more) {
        Map<String, Object> body = new java.util.LinkedHashMap<>(more);
        body.put("name", name);
        body.put("roles", roles);
        Reply reply = post("/api/v1/clients").token(admin()).json(body).send();
        if (reply.status() != 201) {
            throw new AssertionError("no client: " + reply);
        }
        return new Client(
                reply.json().path("clientId").asText(),
                reply.json().path("clientSecret").asText());
    }

    public String token(Client client) {
        Token token = tokens.get(client);
        if (token == null || System.nanoTime() - token.takenNanos() > TOKEN_AGE_MAX.toNanos()) {
            Reply reply = requestToken(client);
            if (reply.status() != 200) {
                throw new AssertionError("no token: " + reply);
            }
            token = new Token(reply.json().path("access_token").asText(), System.nanoTime());
            tokens.put(client, token);
        }
        return token.value();
    }

    /** Asks for a token, with the client's secret in the Authorization header. */
    public Reply requestToken(Client client) {
        String basic = encode(client.id()) + ":" + encode(client.secret());
        return post("/oauth2/token")
                .header("Authorization", "Basic " + base64(basic))
                .form(Map.of("grant_type", "client_credentials"))
                .send();
    }

    public static String encode(String value) {
        return URLEncoder.encode(value, StandardCharsets.UTF_8);
    }

    public static String base64(String value) {
        return Base64.getEncoder().encodeToString(value.getBytes(StandardCharsets.UTF_8));
    }

    static String formOf(Map<String, String> fields) {
        return fields.entrySet().stream()
                .map(field -> encode(field.getKey()) + "=" + encode(field.getValue()))
                .collect(Collectors.joining("&"));
    }

    static Reply send(HttpClient client, HttpRequest request) {
        try {
            HttpResponse<byte[]> response = client.send(request, HttpResponse.BodyHandlers.ofByteArray());
            return new Reply(response.statusCode(), response.headers(), response.body(), response.version());
        } catch (IOException e) {
            throw new UncheckedIOException(request.method() + " " + request.uri() + ": " + e, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted", e);
        }
    }

    private HttpClient client(HttpClient.Version version) {
        return HttpClient.newBuilder()
                .version(version)
                .sslContext(trust)
                .connectTimeout(TIMEOUT)
                .build();
    }

    private static SSLContext trusting(Path pem) {
        try (InputStream in = Files.newInputStream(pem)) {
            KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
            store.load(null, null);
            int number = 0;
            for (Certificate certificate :
                    CertificateFactory.getInstance("X.509").generateCertificates(in)) {
                store.setCertificateEntry("ca-" + number++, certificate);
            }
            TrustManagerFactory factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            factory.init(store);
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, factory.getTrustManagers(), null);
            return context;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (GeneralSecurityException e) {
            throw new AssertionError("cannot trust " + pem, e);
        }
    }
}
