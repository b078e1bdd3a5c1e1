package io.plinth.rest.internal.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.plinth.problem.FieldError;
import io.plinth.problem.ProblemException;
import io.plinth.rest.JsonObject;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javax.ws.rs.core.MediaType;
import javax.ws.rs.core.MultivaluedHashMap;
import javax.ws.rs.core.MultivaluedMap;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class JsonBodyTest {
    private final JsonBody body = new JsonBody(new JsonLimits(32, 1000, 100));

    record Item(long amount, String currency) {
        Item {
            if (amount < 1) {
                throw ProblemException.invalid("amount", "must be at least 1");
            }
        }
    }

    enum Mode {
        ATOMIC,
        ROLLED_BACK
    }

    record Order(
            String name,
            Integer count,
            boolean isGift,
            BigDecimal price,
            Mode mode,
            Instant at,
            List<Item> items,
            Map<String, String> metadata) {}

    record Patch(Optional<String> displayName, Optional<Integer> age) {}

    record Node(Node child) {}

    record Tagged(JsonObject tags, Optional<JsonObject> more) {}

    private Order order(String json) {
        return (Order) body.read(json.getBytes(StandardCharsets.UTF_8), Order.class);
    }

    private ProblemException refusal(String json) {
        ProblemException refused = catchThrowableOfType(ProblemException.class, () -> order(json));
        assertThat(refused).as("refusal of %s", json).isNotNull();
        assertThat(refused.type().status()).isEqualTo(400);
        assertThat(refused.detail()).doesNotContain("io.plinth", "java.", "Order", "Item", "com.fasterxml");
        return refused;
    }

    @Test
    void readsWhatFits() {
        Order order = order("{\"name\":\"é😀\",\"count\":3,\"isGift\":true,\"price\":1.50,\"mode\":\"rolled-back\","
                + "\"at\":\"2026-01-31T12:00:00.5+01:00\",\"items\":[{\"amount\":1,\"currency\":\"EUR\"}],"
                + "\"metadata\":{\"k\":\"v\"}}");
        assertThat(order)
                .isEqualTo(new Order(
                        "é😀",
                        3,
                        true,
                        new BigDecimal("1.50"),
                        Mode.ROLLED_BACK,
                        Instant.parse("2026-01-31T11:00:00.5Z"),
                        List.of(new Item(1, "EUR")),
                        Map.of("k", "v")));
    }

    @Test
    void givesNullForWhatIsMissing() {
        assertThat(order("{\"isGift\":false}").name()).isNull();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
                    {"nam":"x","isGift":true}                  | nam                  | is not known
                    {"name":"x","name":"y"}               | name                 | twice
                    {"metadata":{"a":"1","a":"2"}}        | metadata.a           | twice
                    {"name":1}                            | name                 | must be a string
                    {"name":1.5}                          | name                 | must be a string
                    {"name":true}                         | name                 | must be a string
                    {"name":{}}                           | name                 | must be a string
                    {"name":[]}                           | name                 | must be a string
                    {"name":["x"]}                        | name                 | must be a string
                    {"count":"1"}                         | count                | must be a whole number
                    {"count":""}                          | count                | must be a whole number
                    {"count":1.0}                         | count                | must be a whole number
                    {"count":1e2}                         | count                | must be a whole number
                    {"count":true}                        | count                | must be a whole number
                    {"count":[1]}                         | count                | must be a whole number
                    {"count":2147483648}                  | count                | must be a whole number
                    {"count":99999999999999999999}        | count                | must be a whole number
                    {"isGift":1}                          | isGift               | must be true or false
                    {"isGift":"true"}                     | isGift               | must be true or false
                    {"isGift":null}                       | isGift               | must be true or false
                    {"price":"1"}                         | price                | must be a number
                    {"price":true}                        | price                | must be a number
                    {"mode":"ATOMIC"}                     | mode                 | must be one of atomic, rolled-back
                    {"mode":0}                            | mode                 | must be one of atomic, rolled-back
                    {"mode":""}                           | mode                 | must be one of atomic, rolled-back
                    {"at":1700000000}                     | at                   | RFC 3339
                    {"at":"2026-01-31"}                   | at                   | RFC 3339
                    {"at":"2026-02-30T00:00:00Z"}         | at                   | RFC 3339
                    {"at":"2026-01-31T12:00Z"}            | at                   | RFC 3339
                    {"at":"2026-01-31T12:00:00"}          | at                   | RFC 3339
                    {"at":""}                             | at                   | RFC 3339
                    {"items":{}}                          | items                | must be a list
                    {"items":""}                          | items                | must be a list
                    {"items":"x"}                         | items                | must be a list
                    {"items":[1]}                         | items[0]             | must be an object
                    {"items":[""]}                        | items[0]             | must be an object
                    {"items":[{"amount":1},{"amount":1e2}]} | items[1].amount    | must be a whole number (no point, no exponent
                    {"items":[{"amount":1},{"amount":100.0}]} | items[1].amount  | must be a whole number
                    {"items":[{"amount":1},{"amount":"1"}]} | items[1].amount    | must be a whole number
                    {"items":[{"amount":1},{"amount":9223372036854775808}]} | items[1].amount | must be a whole number
                    {"items":[{"amount":1},{"amount":null}]} | items[1].amount   | must be a whole number
                    {"items":[{"amount":1},{"amount":0}]} | items[1].amount      | must be at least 1
                    {"items":[{"amount":1,"x":{}}]}       | items[0].x           | is not known
                    {"items":[{"currency":"EUR"}]}        | items[0].amount      | must be a whole number
                    {"metadata":{"a":1}}                  | metadata.a           | must be a string
                    {"metadata":[]}                       | metadata             | must be an object
                    {"name":"a\\u0000b"}                  | name                 | NUL
                    {"name":"\\ud800"}                    | name                 | surrogate
                    {"name":"\\udc00\\ud800"}             | name                 | surrogate
                    {"metadata":{"\\ud800":"x"}}          | `metadata.\ud800`    | surrogate
                    {"count":01}                          | count                | well-formed
                    {"count":+1}                          | count                | well-formed
                    {"price":NaN}                         | price                | well-formed
                    {"name":"x",}                         | name                 | well-formed
                    {"name":'x'}                          | name                 | well-formed
                    {"name":"x"                           | name                 | well-formed
                    {"items":[1,]}                        | items[1]             | well-formed
                    """)
    void refusesAndNamesTheField(String json, String field, String message) {
        ProblemException refused = refusal(json.strip());
        assertThat(refused.errors()).extracting(FieldError::field).containsExactly(field.strip());
        assertThat(refused.errors().get(0).message() + refused.detail()).contains(message.strip());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
                    ``                   | empty
                    `  `                 | empty
                    null                 | must not be null
                    []                   | must be an object
                    "x"                  | must be an object
                    1                    | must be an object
                    {} {}                | behind
                    {}x                  | not well-formed
                    {}]                  | not well-formed
                    {                    | not well-formed
                    // c                 | not well-formed
                    """)
    void refusesTheWholeBody(String json, String detail) {
        ProblemException refused = refusal(json);
        assertThat(refused.errors()).isEmpty();
        assertThat(refused.detail()).contains(detail.strip());
    }

    @Test
    void refusesOtherCharsets() {
        byte[] latin1 = "{\"name\":\"é\"}".getBytes(StandardCharsets.ISO_8859_1);
        assertThat(catchThrowableOfType(ProblemException.class, () -> body.read(latin1, Order.class))
                        .detail())
                .contains("UTF-8");
        byte[] utf16 = "{\"name\":\"é\"}".getBytes(StandardCharsets.UTF_16LE);
        assertThat(catchThrowableOfType(ProblemException.class, () -> body.read(utf16, Order.class))
                        .type()
                        .status())
                .isEqualTo(400);
    }

    @Test
    void limitsDepthStringsNamesAndNumbers() {
        String deep = "{\"child\":".repeat(32) + "null" + "}".repeat(32);
        assertThat(body.read(deep.getBytes(StandardCharsets.UTF_8), Node.class)).isInstanceOf(Node.class);
        String deeper = "{\"child\":".repeat(33) + "null" + "}".repeat(33);
        assertThat(catchThrowableOfType(
                                ProblemException.class,
                                () -> body.read(deeper.getBytes(StandardCharsets.UTF_8), Node.class))
                        .detail())
                .contains("too big");
        assertThat(order("{\"name\":\"" + "x".repeat(1000) + "\"," + "\"isGift\":true}")
                        .name())
                .hasSize(1000);
        assertThat(refusal("{\"name\":\"" + "x".repeat(1001) + "\"}")
                        .errors()
                        .get(0)
                        .field())
                .isEqualTo("name");
        assertThat(refusal("{\"price\":" + "1".repeat(101) + "}").detail()).contains("too big");
        assertThat(refusal("{\"" + "x".repeat(100_000) + "\":1}").detail()).contains("too big");
        assertThat(refusal("[".repeat(500_000)).detail()).contains("too big");
    }

    @Test
    void tellsAbsentFromNullInPatches() {
        assertThat(body.read("{\"displayName\":null}".getBytes(StandardCharsets.UTF_8), Patch.class))
                .isEqualTo(new Patch(Optional.empty(), null));
        assertThat(body.read("{\"age\":7}".getBytes(StandardCharsets.UTF_8), Patch.class))
                .isEqualTo(new Patch(null, Optional.of(7)));
        assertThat(catchThrowableOfType(
                                ProblemException.class,
                                () -> body.read("{\"age\":\"7\"}".getBytes(StandardCharsets.UTF_8), Patch.class))
                        .errors())
                .extracting(FieldError::field)
                .containsExactly("age");
    }

    private Tagged tagged(String json) {
        return (Tagged) body.read(json.getBytes(StandardCharsets.UTF_8), Tagged.class);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
                    { }                                            | {}
                    { "b" : 1 , "a" : [ true , null, "x" ] }       | {"a":[true,null,"x"],"b":1}
                    {"a":{"d":{},"c":[]}}                          | {"a":{"c":[],"d":{}}}
                    {"a":1e2,"b":100.0,"c":-0.0,"d":1000000}       | {"a":100,"b":100,"c":0,"d":1000000}
                    {"a":0.10,"b":1.5E-3,"c":-12.340}              | {"a":0.1,"b":0.0015,"c":-12.34}
                    {"a":1e999999,"b":1E-999999}                   | {"a":1E+999999,"b":1E-999999}
                    {"\\u0061":"\\u00e9\\/\\n\\u001f"}             | {"a":"é/\\n\\u001F"}
                    {"é":1,"z":2,"Z":3,"":4}                       | {"":4,"Z":3,"z":2,"é":1}
                    """)
    void makesObjectsCanonical(String given, String canonical) {
        JsonObject read = tagged("{\"tags\":" + given.strip() + "}").tags();
        assertThat(read.text()).isEqualTo(canonical.strip());
        assertThat(tagged("{\"tags\":" + read.text() + "}").tags()).isEqualTo(read);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
                    {"tags":[]}                    | tags     | must be an object
                    {"tags":"{}"}                  | tags     | must be an object
                    {"tags":1}                     | tags     | must be an object
                    {"more":"x"}                   | more     | must be an object
                    {"tags":{"a":1,"a":1}}         | tags.a   | is there twice
                    {"tags":{"a":1e99999999999}}   | tags     | exponent
                    """)
    void refusesWhatIsNoObject(String json, String field, String message) {
        ProblemException refused = catchThrowableOfType(ProblemException.class, () -> tagged(json.strip()));
        assertThat(refused.type().status()).isEqualTo(400);
        assertThat(refused.errors()).extracting(FieldError::field).containsExactly(field.strip());
        assertThat(refused.errors().get(0).message()).contains(message.strip());
    }

    @Test
    void writesObjectsAsTheyStand() throws IOException {
        assertThat(tagged("{\"tags\":null}")).isEqualTo(new Tagged(null, null));
        ByteArrayOutputStream written = new ByteArrayOutputStream();
        body.writeTo(
                new Tagged(new JsonObject("{\"a\":1}"), Optional.of(new JsonObject("{}"))),
                Tagged.class,
                Tagged.class,
                new java.lang.annotation.Annotation[0],
                MediaType.APPLICATION_JSON_TYPE,
                new MultivaluedHashMap<>(),
                written);
        assertThat(written.toString(StandardCharsets.UTF_8)).isEqualTo("{\"tags\":{\"a\":1},\"more\":{}}");
    }

    @Test
    void writesNullsTimesAndEnums() throws IOException {
        ByteArrayOutputStream written = new ByteArrayOutputStream();
        MultivaluedMap<String, Object> headers = new MultivaluedHashMap<>();
        Order order = new Order(
                null, null, false, null, Mode.ROLLED_BACK, Instant.parse("2026-01-31T12:00:00Z"), List.of(), Map.of());
        body.writeTo(
                order,
                Order.class,
                Order.class,
                new java.lang.annotation.Annotation[0],
                MediaType.APPLICATION_JSON_TYPE,
                headers,
                written);
        assertThat(written.toString(StandardCharsets.UTF_8))
                .isEqualTo("{\"name\":null,\"count\":null,\"isGift\":false,\"price\":null,\"mode\":\"rolled-back\","
                        + "\"at\":\"2026-01-31T12:00:00Z\",\"items\":[],\"metadata\":{}}");
        assertThat(headers.getFirst("Content-Length")).isEqualTo(Integer.toString(written.size()));
    }

    @Property(tries = 200)
    void namesTheItemAtFault(
            @ForAll @IntRange(min = 0, max = 40) int before,
            @ForAll @IntRange(min = 0, max = 40) int after,
            @ForAll @Size(max = 3) List<@IntRange(min = 1, max = 9) Integer> amounts) {
        StringBuilder json = new StringBuilder("{\"items\":[");
        for (int i = 0; i < before + 1 + after; i++) {
            int amount = i == before ? 0 : amounts.isEmpty() ? 1 : amounts.get(i % amounts.size());
            json.append(i == 0 ? "" : ",").append("{\"amount\":").append(amount).append('}');
        }
        assertThat(refusal(json.append("]}").toString()).errors())
                .containsExactly(new FieldError("items[" + before + "].amount", "must be at least 1"));
    }
}
