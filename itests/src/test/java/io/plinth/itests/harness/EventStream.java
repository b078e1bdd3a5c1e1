package io.plinth.itests.harness;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;

/** A reader of server-sent events that notes how the stream ended. */
public final class EventStream implements AutoCloseable {
    private static final String DATA = "data:";

    private final HttpResponse<java.io.InputStream> response;
    private final List<String> events = new CopyOnWriteArrayList<>();
    private final CompletableFuture<String> end = new CompletableFuture<>();

    private EventStream(HttpResponse<java.io.InputStream> response) {
        this.response = response;
        Thread thread = new Thread(this::read, "event stream");
        thread.setDaemon(true);
        thread.start();
    }

    /** Returns once the head of the answer is there. */
    public static EventStream open(Call call) {
        return new EventStream(call.header("Accept", "text/event-stream").open());
    }

    public int status() {
        return response.statusCode();
    }

    /** Data of the events that came until now. */
    public List<String> events() {
        return List.copyOf(events);
    }

    /** Completed when the stream is over: {@code clean}, or what broke it. */
    public CompletableFuture<String> end() {
        return end;
    }

    @Override
    public void close() {
        try {
            response.body().close();
        } catch (IOException closed) {
            end.complete("closed by us");
        }
    }

    private void read() {
        try (BufferedReader lines =
                new BufferedReader(new InputStreamReader(response.body(), StandardCharsets.UTF_8))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                if (line.startsWith(DATA)) {
                    events.add(line.substring(DATA.length()).strip());
                }
            }
            end.complete("clean");
        } catch (IOException broken) {
            end.complete(broken.toString());
        }
    }
}
