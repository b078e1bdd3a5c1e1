package io.plinth.hotdeploy.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CapabilityManifestTest {
    private static CapabilityManifest parse(String header) {
        return CapabilityManifest.parse(header).orElseThrow();
    }

    @Test
    void aBundleWithoutHeaderIsNoCapability() {
        assertThat(CapabilityManifest.parse(null)).isEmpty();
    }

    @Test
    void readsNameAndPaths() {
        assertThat(parse("users;paths=\"/api/v1/users\""))
                .isEqualTo(new CapabilityManifest(
                        "users", Set.of("/api/v1/users"), Optional.empty(), false, 0, List.of()));
    }

    @Test
    void readsAllAttributesInAnyOrderAndSpacing() {
        assertThat(
                        parse(
                                " my-issuer2 ; unless = \"plinth.issuer\";events=\"a,b\" ; paths=\" /oauth2 , /.well-known/x_~ \" "))
                .isEqualTo(new CapabilityManifest(
                        "my-issuer2",
                        Set.of("/oauth2", "/.well-known/x_~"),
                        Optional.of("plinth.issuer"),
                        false,
                        0,
                        List.of()));
    }

    @Test
    void readsWhatThePlatformAndTheProbeNeed() {
        CapabilityManifest manifest =
                parse("a;part=\"platform\";paths=\"/a,/b\";bodyBytesMax=\"1048576\";probe=\"/b/health, /a/b?limit=1\"");
        assertThat(manifest.isPlatform()).isTrue();
        assertThat(manifest.bodyBytesMax()).isEqualTo(1_048_576);
        assertThat(manifest.probes()).containsExactly("/b/health", "/a/b?limit=1");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "a;paths=\"/a\";bodyBytesMax=\"0x10\"",
                "a;paths=\"/a\";bodyBytesMax=\"-1\"",
                "a;paths=\"/a\";probe=\"/ab\"",
                "a;paths=\"/a\";probe=\"a\"",
                "a;paths=\"/a\";probe=\"/a,/b\"",
                "a;paths=\"/a\";probe=\"/a?\"",
                "a;paths=\"/a\";probe=\"/a?b=<c>\"",
                "a;paths=\"/a\";colour=\"red\""
            })
    void refusesWrongAttributes(String header) {
        assertThatThrownBy(() -> parse(header))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("Plinth-Capability: ");
    }

    @Test
    void pathsThatAreNamedTwiceCountOnce() {
        assertThat(parse("a;paths=\"/a,/a\"").paths()).containsExactly("/a");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "users",
                "users;",
                "users;paths=/api",
                "users;paths=\"\"",
                "users;paths=\"api\"",
                "users;paths=\"/\"",
                "users;paths=\"/api/\"",
                "users;paths=\"/api//v1\"",
                "users;paths=\"/a,\"",
                "users;paths=\"/a b\"",
                "users;paths=\"/{id}\"",
                "users;paths=\"/a%20b\"",
                "users;paths=\"/gr\u00fcn\"",
                "users;path=\"/a\"",
                "users;events=\"a\"",
                "Users;paths=\"/a\"",
                "1users;paths=\"/a\"",
                "us/ers;paths=\"/a\"",
                "users;paths=\"/a\",other;paths=\"/b\"",
                "users;paths=\"/a\" x",
                "users;paths:=\"/a\"",
                "users;paths=\"/a",
                "users;paths=\"/a/../b\"",
                "users;paths=\"/a/.\"",
                "users;paths=\"/..\"",
                "users;paths=\"/a\";paths=\"/b\"",
                "users;paths=\"/slots\"",
                "users;paths=\"/slots/users\""
            })
    void whatIsWrongIsSaidInOneLineThatNamesTheHeader(String header) {
        assertThatThrownBy(() -> CapabilityManifest.parse(header))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("Plinth-Capability: ")
                .satisfies(wrong -> assertThat(wrong.getMessage().lines()).hasSize(1));
    }

    @Test
    void aLongHeaderIsRefusedAtOnce() {
        String paths = "/a,".repeat(300) + "/a";
        assertThatThrownBy(() -> parse("users;paths=\"" + paths + "\"")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> parse("u".repeat(64) + ";paths=\"/a\"")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> parse("users" + ";a=\"b\"".repeat(16) + ";paths=\"/a\""))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Property(tries = 200)
    void whatIsWrittenIsRead(@ForAll("names") String name, @ForAll("paths") Set<String> paths) {
        String header = name + ";paths=\"" + paths.stream().collect(Collectors.joining(", ")) + "\"";
        assertThat(parse(header)).isEqualTo(new CapabilityManifest(name, paths, Optional.empty(), false, 0, List.of()));
    }

    @Provide
    Arbitrary<String> names() {
        return Arbitraries.strings()
                .withCharRange('a', 'z')
                .withCharRange('0', '9')
                .withChars('-')
                .ofMaxLength(62)
                .map(rest -> "n" + rest);
    }

    @Provide
    Arbitrary<Set<String>> paths() {
        return Arbitraries.strings()
                .withCharRange('a', 'z')
                .withChars('_', '~', '-', '.', 'X', '7')
                .ofMinLength(1)
                .ofMaxLength(6)
                .filter(segment -> !segment.equals(".") && !segment.equals(".."))
                .list()
                .ofMinSize(1)
                .ofMaxSize(4)
                .map(segments -> "/" + String.join("/", segments))
                .set()
                .ofMinSize(1)
                .ofMaxSize(8);
    }
}
