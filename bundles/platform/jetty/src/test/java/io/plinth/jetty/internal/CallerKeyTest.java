package io.plinth.jetty.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import javax.servlet.http.HttpServletRequest;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.AlphaChars;
import net.jqwik.api.constraints.StringLength;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

class CallerKeyTest {
    private static final String ADDRESS = "192.0.2.1";

    private static String key(@Nullable String authorization) {
        return CallerKey.of((HttpServletRequest) Proxy.newProxyInstance(
                CallerKeyTest.class.getClassLoader(),
                new Class<?>[] {HttpServletRequest.class},
                (proxy, called, arguments) -> switch (called.getName()) {
                    case "getHeader" -> authorization;
                    case "getRemoteAddr" -> ADDRESS;
                    default -> throw new UnsupportedOperationException(called.toString());
                }));
    }

    private static String token(String payload) {
        return "Bearer eyJhbGciOiJSUzI1NiJ9."
                + Base64.getUrlEncoder().withoutPadding().encodeToString(payload.getBytes(StandardCharsets.UTF_8))
                + ".c2lnbmF0dXJl";
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{\"sub\":\"ada\",\"client_id\":\"shop\"} | ada/shop",
                "{\"client_id\" : \"shop\" , \"x\":[{\"sub\":\"no\"}], \"sub\"\t:\"ada\"} | ada/shop",
                "{\"name\":\"sub\",\"sub\":\"ada\"} | ada/null",
                "{\"a\":\"\\\"sub\\\":\\\"no\\\"\",\"sub\":\"a\\\"b\"} | a\\\"b/null",
                "{\"client_id\":7,\"sub\":\"ada\"} | ada/null",
            })
    void ofATokenItIsSubjectAndClient(String payload, String expected) {
        assertThat(key(token(payload))).isEqualTo(expected.replace('/', '\n'));
        assertThat(key(token(payload).replace("Bearer", "bEARER"))).isEqualTo(expected.replace('/', '\n'));
    }

    @Test
    void aNewTokenOfTheSameCallerIsTheSameCaller() {
        assertThat(key(token("{\"sub\":\"ada\",\"client_id\":\"shop\",\"iat\":1}")))
                .isEqualTo(key(token("{\"iat\":2,\"sub\":\"ada\",\"client_id\":\"shop\"}")))
                .isNotEqualTo(key(token("{\"sub\":\"ada\",\"client_id\":\"shop2\"}")))
                .isNotEqualTo(key(token("{\"sub\":\"eve\",\"client_id\":\"shop\"}")));
    }

    @ParameterizedTest
    @NullSource
    @ValueSource(
            strings = {
                "",
                "Bearer",
                "Bearer ",
                "Bearer opaque",
                "Bearer a.b",
                "Bearer ..",
                "Bearer a.!!!.c",
                "Bearer a.e30.c",
                "Basic YTpi",
                "Basic a.eyJzdWIiOiJhZGEifQ.c",
                "Bearer a.IiI.c",
                "Bearer a.Ilw.c",
                "Bearer a.eyJzdWIi.c"
            })
    void withoutATokenThatSaysWhoItIsTheAddressIs(@Nullable String authorization) {
        assertThat(key(authorization)).isEqualTo(ADDRESS);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"sub\":7}",
                "[\"sub\",\"ada\"]",
                "{\"x\":{\"sub\":\"ada\"}}",
                "\"sub\":\"ada\"",
                "{\"sub\":",
                "{\"sub"
            })
    void whatIsNotTheSubjectIsNotTaken(String payload) {
        assertThat(key(token(payload))).isEqualTo(ADDRESS);
    }

    @Test
    void itsLengthHasALimit() {
        assertThat(key(token("{\"sub\":\"" + "x".repeat(5_000) + "\"}"))).hasSizeLessThan(600);
        assertThat(key(token("{\"sub\":\"ada\",\"x\":\"" + "x".repeat(9_000) + "\"}")))
                .isEqualTo(ADDRESS);
    }

    @Property
    void garbageDoesNoHarm(@ForAll String payload, @ForAll String header) {
        assertThat(key(token(payload))).isNotNull();
        assertThat(key("Bearer " + header)).isNotNull();
        assertThat(key(token("{\"sub" + payload))).isNotNull();
    }

    @Property
    void anySubjectIsFound(
            @ForAll @AlphaChars @StringLength(max = 50) String subject, @ForAll @AlphaChars String other) {
        assertThat(key(token("{\"x\":\"" + other + "\",\"sub\":\"" + subject + "\"}")))
                .isEqualTo(subject + "\nnull");
    }
}
