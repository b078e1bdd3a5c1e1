package io.plinth.issuer.internal.rest;

import io.plinth.issuer.internal.OAuthException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Who a token request says it comes from: {@code client_secret_basic} or {@code client_secret_post}, never both.
 *
 * @param secrets by Basic two readings where they differ: form-encoded, as RFC 6749, section 2.3.1, wants it, and plain, as
 *     {@code curl -u} sends it
 */
record ClientCredentials(String clientId, List<String> secrets) {
    private static final String BASIC = "basic ";

    ClientCredentials {
        secrets = List.copyOf(secrets);
    }

    static ClientCredentials of(@Nullable String authorization, FormParameters form) throws OAuthException {
        Optional<String> bodyId = form.find("client_id");
        Optional<String> bodySecret = form.find("client_secret");
        if (authorization == null) {
            return new ClientCredentials(
                    bodyId.orElseThrow(OAuthException::noClient),
                    List.of(bodySecret.orElseThrow(OAuthException::noClient)));
        }
        if (bodySecret.isPresent()) {
            throw OAuthException.invalidRequest("Send the secret once: by HTTP Basic or in the body.");
        }
        ClientCredentials basic = basic(authorization);
        if (bodyId.isPresent() && !bodyId.get().equals(basic.clientId())) {
            throw OAuthException.invalidRequest("client_id in the body is not that of HTTP Basic.");
        }
        return basic;
    }

    private static ClientCredentials basic(String authorization) throws OAuthException {
        if (!authorization.regionMatches(true, 0, BASIC, 0, BASIC.length())) {
            throw OAuthException.noClient();
        }
        String pair = decodeBase64(authorization.substring(BASIC.length()).strip());
        int colon = pair.indexOf(':');
        if (colon <= 0) {
            throw OAuthException.noClient();
        }
        String plain = pair.substring(colon + 1);
        Optional<String> decoded =
                FormParameters.decode(new String(plain.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1));
        List<String> secrets =
                decoded.isEmpty() || decoded.get().equals(plain) ? List.of(plain) : List.of(decoded.get(), plain);
        return new ClientCredentials(
                FormParameters.decode(pair.substring(0, colon)).orElseThrow(OAuthException::noClient), secrets);
    }

    private static String decodeBase64(String text) throws OAuthException {
        try {
            return FormParameters.utf8(Base64.getDecoder().decode(text)).orElseThrow(OAuthException::noClient);
        } catch (IllegalArgumentException noBase64) {
            throw OAuthException.noClient();
        }
    }

    @Override
    public String toString() {
        return "ClientCredentials[" + clientId + "]";
    }
}
