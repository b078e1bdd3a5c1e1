package io.plinth.event;

import java.time.Instant;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * One event, published as CloudEvents 1.0 JSON.
 *
 * @param destination queue, such as {@code queue.users.events}
 * @param type CloudEvents {@code type}, such as {@code io.plinth.users.created}
 * @param subject CloudEvents {@code subject}: id of the user or account
 * @param id CloudEvents {@code id}, also {@code _AMQ_DUPL_ID}; UUIDv7
 * @param time when it happened
 * @param data JSON object of strings, whole numbers, booleans, {@code null}, lists and maps of those. Never e-mail,
 *     display name, metadata or secrets. At most 256 KiB as JSON
 * @param orderingKey events with the same one arrive in order; it is not published. Usually the subject; what changes several
 *     things at once, and is to be in order for each of them, has one for all of them. 1 to 64 characters
 */
public record Event(
        String destination,
        String type,
        String subject,
        UUID id,
        Instant time,
        Map<String, @Nullable Object> data,
        String orderingKey) {
    private static final Pattern NAME = Pattern.compile("[a-z][a-z0-9]*([.-][a-z0-9]+){1,9}");
    private static final int SUBJECT_LENGTH_MAX = 64;

    public Event {
        if (!NAME.matcher(destination).matches() || !NAME.matcher(type).matches()) {
            throw new IllegalArgumentException("destination and type are dotted names: " + destination + ", " + type);
        }
        checkLength("subject", subject);
        checkLength("orderingKey", orderingKey);
        data = Collections.unmodifiableMap(new LinkedHashMap<>(data));
        data.forEach(Event::check);
    }

    /** An event whose order is that of its subject. */
    public Event(
            String destination,
            String type,
            String subject,
            UUID id,
            Instant time,
            Map<String, @Nullable Object> data) {
        this(destination, type, subject, id, time, data, subject);
    }

    private static void checkLength(String name, String value) {
        if (value.isEmpty() || value.length() > SUBJECT_LENGTH_MAX) {
            throw new IllegalArgumentException(name + " needs 1 to " + SUBJECT_LENGTH_MAX + " characters");
        }
    }

    private static void check(String key, @Nullable Object value) {
        if (value instanceof List<?> list) {
            list.forEach(element -> check(key, element));
        } else if (value instanceof Map<?, ?> map) {
            map.forEach((name, element) -> check(String.valueOf(name), element));
        } else if (value != null
                && !(value instanceof String)
                && !(value instanceof Integer)
                && !(value instanceof Long)
                && !(value instanceof Boolean)) {
            throw new IllegalArgumentException(
                    key + " is no JSON value: " + value.getClass().getName());
        }
    }
}
