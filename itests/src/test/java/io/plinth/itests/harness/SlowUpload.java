package io.plinth.itests.harness;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpRequest;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.SubmissionPublisher;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** A request whose body goes out bit by bit, as the test says. */
public final class SlowUpload {
    private final SubmissionPublisher<ByteBuffer> body = new SubmissionPublisher<>();
    private final CompletableFuture<Reply> reply;

    private SlowUpload(Call call) {
        reply = call.timeout(Duration.ofSeconds(60))
                .body("application/octet-stream", HttpRequest.BodyPublishers.fromPublisher(body))
                .begin();
        // What is published before somebody listens is lost.
        Eventually.within(
                Duration.ofSeconds(10), () -> assertThat(body.hasSubscribers()).isTrue());
    }

    /** Sends the head; the body is chunked, or in frames, since its length is not known. */
    public static SlowUpload begin(Call call) {
        return new SlowUpload(call);
    }

    public SlowUpload send(int bytes) {
        body.submit(ByteBuffer.allocate(bytes));
        return this;
    }

    /** Ends the body and waits for the answer. */
    public Reply finish() {
        try {
            body.close();
            return reply.get(30, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted", e);
        } catch (ExecutionException | TimeoutException e) {
            return Reply.broken(e.toString());
        }
    }
}
