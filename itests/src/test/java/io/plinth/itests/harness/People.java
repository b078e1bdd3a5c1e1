package io.plinth.itests.harness;

import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** Users that tests make for themselves, each with a name that no other test has. */
public final class People {
    public static final String UUID_V7 = "[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}";
    private static final AtomicLong NUMBER = new AtomicLong(System.nanoTime());

    private final Http http;

    public People(Http http) {
        this.http = http;
    }

    /** One of them. */
    public static final class Person {
        private final Http http;
        private final String id;
        private final String username;
        private final String email;
        private Http.@Nullable Client client;

        Person(Http http, String id, String username, String email) {
            this.http = http;
            this.id = id;
            this.username = username;
            this.email = email;
        }

        public String id() {
            return id;
        }

        public String username() {
            return username;
        }

        public String email() {
            return email;
        }

        public String path() {
            return "/api/v1/users/" + id;
        }

        /** Token of a client that acts as this user with role user. */
        public synchronized String token() {
            if (client == null) {
                client = http.clientOf(id, "user");
            }
            return http.token(client);
        }
    }

    public static String uniqueName(String start) {
        return start + "-" + Long.toString(NUMBER.incrementAndGet(), 36);
    }

    public Reply post(Map<String, ?> body) {
        return http.post("/api/v1/users").token(http.admin()).json(body).send();
    }

    public Person create(String start) {
        return create(start, List.of("user"));
    }

    public Person create(String start, List<String> roles) {
        String name = uniqueName(start);
        String email = name + "@example.org";
        Reply reply = post(Map.of("username", name, "email", email, "displayName", "Name of " + start, "roles", roles));
        if (reply.status() != 201) {
            throw new AssertionError("no user: " + reply);
        }
        return new Person(http, reply.json().path("id").asText(), name, email);
    }

    /** The current entity tag. */
    public String tag(Person person) {
        return http.get(person.path()).token(http.admin()).send().needHeader("ETag");
    }

    public Reply patch(Person person, String token, String tag, Map<String, ?> changes) {
        return http.call("PATCH", person.path())
                .token(token)
                .header("If-Match", tag)
                .mergePatch(changes)
                .send();
    }
}
