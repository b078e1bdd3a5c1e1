package io.plinth.itests.harness;

import java.io.IOException;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.io.UncheckedIOException;
import java.net.http.HttpRequest;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** A request whose body goes out bit by bit, as the test says. */
public final class SlowUpload {
    private static final int PIPE_BYTES = 1 << 16;

    private final PipedOutputStream body = new PipedOutputStream();
    private final CompletableFuture<Reply> reply;

    private SlowUpload(Call call) {
        try {
            PipedInputStream source = new PipedInputStream(body, PIPE_BYTES);
            reply = call.timeout(Duration.ofSeconds(60))
                    .body("application/octet-stream", HttpRequest.BodyPublishers.ofInputStream(() -> source))
                    .begin();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Sends the head; the body is chunked, or in frames, since its length is not known. */
    public static SlowUpload begin(Call call) {
        return new SlowUpload(call);
    }

    public SlowUpload send(int bytes) {
        try {
            body.write(new byte[bytes]);
            body.flush();
            return this;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Ends the body and waits for the answer. */
    public Reply finish() {
        try {
            body.close();
            return reply.get(30, TimeUnit.SECONDS);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted", e);
        } catch (ExecutionException | TimeoutException e) {
            return Reply.broken(e.toString());
        }
    }
}
