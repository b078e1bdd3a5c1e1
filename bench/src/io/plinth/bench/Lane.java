package io.plinth.bench;

import java.net.http.HttpClient;
import java.util.ArrayDeque;
import java.util.Queue;

/**
 * A client, and how many requests it may have on its way at once: a server allows so many streams in a connection, and more
 * connections than it has threads only cost. What is over waits here, and its time counts.
 */
final class Lane {
    private final HttpClient client;
    private final int requestsMax;
    private final Queue<Runnable> waiting = new ArrayDeque<>();
    private int onTheirWay;

    Lane(HttpClient client, int requestsMax) {
        this.client = client;
        this.requestsMax = requestsMax;
    }

    HttpClient client() {
        return client;
    }

    /** Sends at once, or when another request has ended. */
    void send(Runnable request) {
        synchronized (this) {
            if (onTheirWay == requestsMax) {
                waiting.add(request);
                return;
            }
            onTheirWay++;
        }
        request.run();
    }

    /** One has ended. */
    void ended() {
        Runnable next;
        synchronized (this) {
            next = waiting.poll();
            onTheirWay -= next == null ? 1 : 0;
        }
        if (next != null) {
            next.run();
        }
    }
}
