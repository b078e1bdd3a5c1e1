package io.plinth.security.internal.token;

import com.nimbusds.jose.util.JSONObjectUtils;
import io.plinth.problem.ProblemException;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.text.ParseException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keys of an external OpenID provider (OpenID Connect Discovery 1.0): read in the background, kept through its outages,
 * and read at once, though not often, when a token names a key that is not known.
 */
final class OpenIdKeys implements KeySource {
    private static final Logger LOG = LoggerFactory.getLogger(OpenIdKeys.class);
    private static final int ANSWER_BYTES_MAX = 1024 * 1024;
    private static final Duration ATTEMPTS_APART = Duration.ofSeconds(10);
    private static final Duration FIRST_ATTEMPTS_APART = Duration.ofSeconds(2);

    private final String issuer;
    private final Duration timeout;
    private final LongSupplier nanoTime;
    private final HttpClient http;
    private final ScheduledThreadPoolExecutor background;

    private volatile @Nullable SigningKeys keys;
    private String jwks = "";
    private boolean attempted;
    private boolean isFailing;
    private long attemptedNanos;

    OpenIdKeys(String issuer, Duration refresh, Duration timeout, @Nullable SSLContext trust, LongSupplier nanoTime) {
        this.issuer = issuer;
        this.timeout = timeout;
        this.nanoTime = nanoTime;
        HttpClient.Builder builder =
                HttpClient.newBuilder().connectTimeout(timeout).followRedirects(HttpClient.Redirect.NEVER);
        this.http = trust == null ? builder.build() : builder.sslContext(trust).build();
        this.background = new ScheduledThreadPoolExecutor(1, task -> {
            Thread thread = new Thread(task, "plinth-issuer-keys");
            thread.setDaemon(true);
            return thread;
        });
        background.scheduleWithFixedDelay(this::attempt, refresh.toMillis(), refresh.toMillis(), TimeUnit.MILLISECONDS);
    }

    @Override
    public String issuer() {
        return issuer;
    }

    @Override
    public SigningKeys keys() {
        SigningKeys known = keys;
        return known == null ? refresh() : known;
    }

    @Override
    public synchronized SigningKeys refresh() {
        Duration apart = keys == null ? FIRST_ATTEMPTS_APART : ATTEMPTS_APART;
        if (!attempted || nanoTime.getAsLong() - attemptedNanos >= apart.toNanos()) {
            attempt();
        }
        SigningKeys known = keys;
        if (known == null) {
            throw ProblemException.unavailable(
                    "The keys of the issuer cannot be had at this moment, so no token can be checked.",
                    FIRST_ATTEMPTS_APART,
                    null);
        }
        return known;
    }

    @Override
    public void close() {
        background.shutdownNow();
    }

    private synchronized void attempt() {
        try {
            String next = get(jwksUri());
            if (!next.equals(jwks)) {
                SigningKeys parsed = SigningKeys.parse(next);
                if (parsed.isEmpty()) {
                    throw new IOException("its JWK Set has no key for RS256 or ES256");
                }
                jwks = next;
                keys = parsed;
            }
            if (isFailing || !attempted) {
                LOG.info("Keys of the issuer {} were read", issuer);
            }
            isFailing = false;
        } catch (IOException | ParseException | RuntimeException failure) {
            if (!isFailing) {
                LOG.warn(
                        "Keys of the issuer {} cannot be read, {}: {}",
                        issuer,
                        keys == null ? "so every token is answered 503" : "the known ones are used on",
                        failure.toString());
            }
            isFailing = true;
        } finally {
            attempted = true;
            attemptedNanos = nanoTime.getAsLong();
        }
    }

    private URI jwksUri() throws IOException, ParseException {
        String base = issuer.endsWith("/") ? issuer.substring(0, issuer.length() - 1) : issuer;
        Map<String, Object> metadata =
                JSONObjectUtils.parse(get(URI.create(base + "/.well-known/openid-configuration")));
        String named = JSONObjectUtils.getString(metadata, "issuer");
        if (!issuer.equals(named)) {
            throw new IOException(
                    "its discovery document is of another issuer, " + named + "; PLINTH_ISSUER must be exactly that");
        }
        URI uri = URI.create(String.valueOf(JSONObjectUtils.getString(metadata, "jwks_uri")));
        boolean isPlain = issuer.startsWith("http://") && "http".equals(uri.getScheme());
        if (!isPlain && !"https".equals(uri.getScheme())) {
            throw new IOException("its jwks_uri is not https: " + uri);
        }
        return uri;
    }

    private String get(URI uri) throws IOException {
        HttpRequest request = HttpRequest.newBuilder(uri)
                .timeout(timeout)
                .header("Accept", "application/json")
                .build();
        try {
            HttpResponse<InputStream> response = http.send(request, HttpResponse.BodyHandlers.ofInputStream());
            try (InputStream body = response.body()) {
                if (response.statusCode() != 200) {
                    throw new IOException(uri + " answered " + response.statusCode());
                }
                byte[] content = body.readNBytes(ANSWER_BYTES_MAX + 1);
                if (content.length > ANSWER_BYTES_MAX) {
                    throw new IOException(uri + " answered more than " + ANSWER_BYTES_MAX + " bytes");
                }
                return new String(content, StandardCharsets.UTF_8);
            }
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw new IOException("stopped while waiting for " + uri, stopped);
        }
    }
}
