package io.plinth.users.internal;

import com.fasterxml.uuid.Generators;
import com.fasterxml.uuid.NoArgGenerator;
import io.plinth.event.Event;
import io.plinth.security.Role;
import io.plinth.users.User;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The events of users. They carry neither e-mail, display name nor password: of those only that they changed. */
final class UserEvents {
    static final String DESTINATION = "queue.users.events";
    static final String CREATED = "io.plinth.users.created";
    static final String UPDATED = "io.plinth.users.updated";
    static final String CLOSED = "io.plinth.users.closed";

    private final NoArgGenerator ids = Generators.timeBasedEpochGenerator();

    Event created(User user) {
        return event(CREATED, user, user.createdAt(), Map.of());
    }

    /** @param fields JSON names of the fields that changed, not their values */
    Event updated(User user, List<String> fields) {
        return event(UPDATED, user, user.updatedAt(), Map.of("changed", List.copyOf(fields)));
    }

    Event closed(User user) {
        return event(CLOSED, user, user.updatedAt(), Map.of());
    }

    private Event event(String type, User user, Instant time, Map<String, Object> more) {
        Map<String, @Nullable Object> data = new LinkedHashMap<>();
        data.put("id", user.id());
        data.put("username", user.username());
        data.put("status", user.status().statusName());
        data.put("roles", user.roles().stream().map(Role::roleName).toList());
        data.put("version", user.version());
        data.putAll(more);
        return new Event(DESTINATION, type, user.id(), ids.generate(), time, data);
    }
}
