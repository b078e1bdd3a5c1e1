package io.plinth.security.internal.token;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.crypto.opts.AllowWeakRSAKey;
import com.nimbusds.jose.util.Base64URL;
import io.plinth.security.Caller;
import io.plinth.security.InvalidTokenException;
import io.plinth.security.Role;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

class JwtVerifierTest extends TokenFixture {
    // What is good

    @Test
    void acceptsWhatTheContractDescribes() throws Exception {
        Caller caller = verifier.verify(token(header(), claims()));

        assertThat(caller.subject()).isEqualTo("client-1");
        assertThat(caller.clientId()).isEqualTo("client-1");
        assertThat(caller.userId()).isEmpty();
        assertThat(caller.roles()).containsExactlyInAnyOrder(Role.ADMIN, Role.SERVICE);
        assertThat(caller.tokenId()).isEqualTo("jti-1");
        assertThat(caller.expiresAt()).isEqualTo(NOW.plusSeconds(600));
    }

    @Test
    void acceptsTheVariantsThatStandardsAllow() throws Exception {
        accepted(token(header("typ", "application/at+jwt"), claims()));
        accepted(token(header(), claims("aud", List.of("else", "plinth"))));
        accepted(token(header(), claims("nbf", NOW.getEpochSecond())));
        accepted(token(header("alg", "RS256", "kid", "rsa"), claims(), new RSASSASigner(rsa)));
        assertThat(verifier.verify(token(header(), claims("roles", List.of("user", "king"))))
                        .roles())
                .containsExactly(Role.USER);
        assertThat(verifier.verify(token(header(), claims("roles", null))).roles())
                .isEmpty();
    }

    @Test
    void aSubjectThatIsNotTheClientIsAUser() throws Exception {
        Caller caller = verifier.verify(token(header(), claims("sub", "user-1", "roles", List.of("user", "service"))));
        assertThat(caller.userId()).contains("user-1");
        assertThat(caller.roles()).as("only what the user has too").containsExactly(Role.USER);
    }

    @Test
    void givesThirtySecondsOfLeewayAndNoMore() throws Exception {
        long now = NOW.getEpochSecond();
        accepted(token(header(), claims("exp", now - 29)));
        refused(token(header(), claims("exp", now - 30)), "expired");
        accepted(token(header(), claims("nbf", now + 30)));
        refused(token(header(), claims("nbf", now + 31)), "not valid yet");
        accepted(token(header(), claims("iat", now + 30)));
        refused(token(header(), claims("iat", now + 31)), "future");
        accepted(token(header(), claims("exp", now + 930)));
        refused(token(header(), claims("exp", now + 931)), "longer than 15 minutes");
    }

    // What is not

    @TestFactory
    List<DynamicTest> refusesForgedAndOddTokens() throws Exception {
        String good = token(header(), claims());
        String[] part = good.split("\\.");
        Map<String, String> odd = new LinkedHashMap<>();
        for (String none : new String[] {"none", "None", "NONE", "nOnE"}) {
            odd.put("alg " + none, encode(header("alg", none)) + "." + part[1] + ".");
            odd.put("alg " + none + " with signature", encode(header("alg", none)) + "." + part[1] + "." + part[2]);
        }
        byte[] publicKey = ec.toECPublicKey().getEncoded();
        odd.put("HMAC with the public key", token(header("alg", "HS256"), claims(), new MACSigner(publicKey)));
        odd.put(
                "HMAC with the public JWK",
                token(
                        header("alg", "HS256"),
                        claims(),
                        new MACSigner(ec.toPublicJWK().toJSONString().getBytes(StandardCharsets.UTF_8))));
        odd.put("RS384", token(header("alg", "RS384", "kid", "rsa"), claims(), new RSASSASigner(rsa)));
        odd.put("PS256", token(header("alg", "PS256", "kid", "rsa"), claims(), new RSASSASigner(rsa)));
        odd.put(
                "a weak RSA key",
                token(
                        header("alg", "RS256", "kid", "weak"),
                        claims(),
                        new RSASSASigner(weakRsa.toRSAPrivateKey(), Set.of(AllowWeakRSAKey.getInstance()))));
        odd.put("RS256 naming the EC key", token(header("alg", "RS256"), claims(), new RSASSASigner(rsa)));
        odd.put("another key, same kid", token(header(), claims(), new ECDSASigner(otherEc)));
        odd.put("unknown kid", token(header("kid", "who"), claims()));
        odd.put("no kid", token(header("kid", null), claims()));
        odd.put("alg missing", encode(header("alg", null)) + "." + part[1] + "." + part[2]);
        for (Object typ : new Object[] {"JWT", "at+JWT", "AT+JWT", "jwt", "", "at+jwt ", null}) {
            odd.put("typ " + typ, token(header("typ", typ), claims()));
        }
        for (String name : new String[] {"jku", "x5u"}) {
            odd.put("header " + name, token(header(name, "https://evil.example/keys"), claims()));
        }
        odd.put(
                "header jwk",
                token(header("jwk", otherEc.toPublicJWK().toJSONObject()), claims(), new ECDSASigner(otherEc)));
        odd.put("header x5c", token(header("x5c", List.of("MIIB")), claims()));
        odd.put("unknown crit", token(header("crit", List.of("exp"), "exp", 1), claims()));
        odd.put("crit b64", token(header("crit", List.of("b64"), "b64", true), claims()));
        odd.put("empty crit", encode(header("crit", List.of())) + "." + part[1] + "." + part[2]);
        odd.put("zip", token(header("zip", "DEF"), claims()));
        for (String name : new String[] {"iss", "aud", "sub", "client_id", "jti", "exp", "iat"}) {
            odd.put("no " + name, token(header(), claims(name, null)));
            odd.put(name + " an object", token(header(), claims(name, Map.of("a", "b"))));
            odd.put(name + " empty", token(header(), claims(name, "")));
        }
        for (String iss : new String[] {ISSUER + "/", "https://LOCALHOST:8443", "https://localhost:84430", "x"}) {
            odd.put("iss " + iss, token(header(), claims("iss", iss)));
        }
        for (Object aud : new Object[] {"Plinth", "plinth ", List.of(), List.of("a", "b"), List.of(1), "plinth,a"}) {
            odd.put("aud " + aud, token(header(), claims("aud", aud)));
        }
        for (Object exp : new Object[] {"1795348800", 1e300, -1, true, Long.MAX_VALUE, NOW.getEpochSecond() + 0.5}) {
            odd.put("exp " + exp, token(header(), claims("exp", exp)));
        }
        odd.put(
                "iat after exp",
                token(header(), claims("iat", NOW.getEpochSecond() + 20, "exp", NOW.getEpochSecond() + 10)));
        odd.put("nbf a text", token(header(), claims("nbf", "1")));
        odd.put("roles a text", token(header(), claims("roles", "admin")));
        odd.put("roles with a number", token(header(), claims("roles", List.of("admin", 1))));
        odd.put("realm roles", token(header("typ", "JWT"), claims("realm_access", Map.of("roles", List.of("admin")))));
        odd.put("padded", good + "=");
        odd.put("padded header", part[0] + "=." + part[1] + "." + part[2]);
        for (String space : new String[] {" ", "\n", "\t", "\r\n", "\u00a0", "\u0000"}) {
            odd.put("space before " + space.codePointAt(0), space + good);
            odd.put("space after " + space.codePointAt(0), good + space);
            odd.put("space within " + space.codePointAt(0), part[0] + "." + space + part[1] + "." + part[2]);
        }
        odd.put("four segments", good + ".AAAA");
        odd.put("five segments", good + ".AAAA.AAAA");
        odd.put("trailing dot", good + ".");
        odd.put("two segments", part[0] + "." + part[1]);
        odd.put("no signature", part[0] + "." + part[1] + ".");
        odd.put("no payload", part[0] + ".." + part[2]);
        odd.put("empty", "");
        odd.put("dots", "..");
        odd.put("ordinary Base64", part[0] + "." + part[1] + "." + "+/" + part[2].substring(2));
        odd.put("not canonical", notCanonical(good));
        odd.put("tampered payload", part[0] + "." + encode(claims("sub", "admin")) + "." + part[2]);
        odd.put("tampered signature", part[0] + "." + part[1] + "." + flipped(part[2]));
        odd.put("signature of zeros", part[0] + "." + part[1] + "." + Base64URL.encode(new byte[64]));
        odd.put("signature cut", part[0] + "." + part[1] + "." + part[2].substring(0, 43));
        odd.put("signature in DER length", part[0] + "." + part[1] + "." + Base64URL.encode(new byte[71]));
        odd.put("oversized", token(header(), claims("x", "y".repeat(9000))));
        odd.put(
                "payload no JSON",
                raw(encode(header()), Base64URL.encode("hello").toString()));
        odd.put("payload a list", raw(encode(header()), Base64URL.encode("[1]").toString()));
        odd.put(
                "payload with a name twice",
                raw(encode(header()), Base64URL.encode(twice(claims(), "sub")).toString()));
        odd.put(
                "header with a name twice",
                raw(Base64URL.encode(twice(header(), "typ")).toString(), part[1]));
        odd.put(
                "header deeply nested",
                raw(Base64URL.encode("{\"a\":" + "[".repeat(3000)).toString(), part[1]));
        assertThat(odd).hasSizeGreaterThan(90);
        return odd.entrySet().stream()
                .map(entry -> DynamicTest.dynamicTest(entry.getKey(), () -> {
                    assertThatThrownBy(() -> verifier.verify(entry.getValue()))
                            .isInstanceOf(InvalidTokenException.class)
                            .hasMessageMatching("The [ -~]+\\.");
                }))
                .toList();
    }
}
