package io.plinth.users.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.plinth.problem.ProblemException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EmailAddressTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "a@b.co",
                "anna+tag@example.org",
                "o'neil@sub.example.co.uk",
                "jürgen@bücher.example",
                "x@xn--bcher-kva.example",
                "用户@例子.中国",
                "admin@plinth.invalid",
                "a@1.example"
            })
    void takes(String address) {
        assertThat(EmailAddress.parse(address).value()).isEqualTo(address);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "@",
                "a",
                "a@",
                "@b.co",
                "a@b",
                "a b@c.de",
                "a@b c.de",
                ".a@b.co",
                "a.@b.co",
                "a..b@c.de",
                "a@b..co",
                "a@.b.co",
                "a@b.co.",
                "a@-b.co",
                "a@b-.co",
                "a@[127.0.0.1]",
                "a@127.0.0.1",
                "\"a b\"@c.de",
                "a@b@c.de",
                "a@b.co\n",
                "a\u0000@b.co",
                "<a@b.co>",
                "a@b_c.de",
                "a,b@c.de",
                "a@b.co\r\nBcc: x@y.zz",
                "a\uD800@b.co"
            })
    void refuses(String address) {
        assertThatThrownBy(() -> EmailAddress.parse(address))
                .isInstanceOfSatisfying(ProblemException.class, problem -> {
                    assertThat(problem.type().status()).isEqualTo(400);
                    assertThat(problem.errors().get(0).field()).isEqualTo("email");
                });
    }

    @Test
    void hasALongestLength() {
        String domain = ("b".repeat(60) + '.').repeat(3) + "co";
        String local = "a".repeat(254 - 1 - domain.length());
        assertThat(EmailAddress.find(local.substring(0, 64) + '@' + domain)).isPresent();
        assertThat(EmailAddress.find("a".repeat(65) + "@b.co")).isEmpty();
        assertThat(EmailAddress.find("a@" + ("b".repeat(60) + '.').repeat(4) + "co.example"))
                .isEmpty();
        assertThat(EmailAddress.find("a@" + "b".repeat(64) + ".co")).isEmpty();
    }

    @Test
    void isOneAddressWhateverTheCaseAndTheFormOfTheDomain() {
        assertThat(EmailAddress.parse("Anna@BÜCHER.example").key())
                .isEqualTo(EmailAddress.parse("anna@xn--bcher-kva.EXAMPLE").key())
                .isEqualTo("anna@xn--bcher-kva.example");
    }
}
