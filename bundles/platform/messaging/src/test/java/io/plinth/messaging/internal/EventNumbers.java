package io.plinth.messaging.internal;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The number {@code n} in the data of the events of a test. */
final class EventNumbers {
    private EventNumbers() {}

    static List<Integer> numbers(List<TestBroker.Received> received) throws Exception {
        List<Integer> numbers = new ArrayList<>();
        for (TestBroker.Received one : received) {
            numbers.add(new ObjectMapper().readTree(one.body()).at("/data/n").asInt());
        }
        return numbers;
    }

    static void assertOrdered(List<TestBroker.Received> received) throws Exception {
        Map<String, Integer> last = new HashMap<>();
        for (TestBroker.Received one : received) {
            JsonNode json = new ObjectMapper().readTree(one.body());
            int number = json.at("/data/n").asInt();
            Integer before = last.put(json.get("subject").asText(), number);
            assertThat(number)
                    .as("after %s of %s", before, json.get("subject"))
                    .isGreaterThan(before == null ? -1 : before);
        }
    }
}
