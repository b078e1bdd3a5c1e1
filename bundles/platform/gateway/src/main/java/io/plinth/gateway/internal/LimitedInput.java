package io.plinth.gateway.internal;

import io.plinth.problem.ProblemException;
import io.plinth.problem.ProblemType;
import java.io.IOException;
import javax.servlet.ReadListener;
import javax.servlet.ServletInputStream;

/** A request body that ends in 413 when it grows too large, and in 408 when it takes too long. */
final class LimitedInput extends ServletInputStream {
    private final ServletInputStream body;
    private final long bytesMax;
    private final long timeoutMillis;
    private final long startNanos = System.nanoTime();
    private long bytes;

    LimitedInput(ServletInputStream body, long bytesMax, long timeoutMillis) {
        this.body = body;
        this.bytesMax = bytesMax;
        this.timeoutMillis = timeoutMillis;
    }

    @Override
    public int read() throws IOException {
        int read = body.read();
        count(read < 0 ? 0 : 1);
        return read;
    }

    @Override
    public int read(byte[] buffer, int offset, int length) throws IOException {
        int read = body.read(buffer, offset, length);
        count(Math.max(read, 0));
        return read;
    }

    private void count(int read) {
        bytes += read;
        if (bytes > bytesMax) {
            throw tooLarge(bytesMax);
        }
        if (System.nanoTime() - startNanos > timeoutMillis * 1_000_000) {
            throw ProblemException.of(
                    ProblemType.REQUEST_TIMEOUT, "The body did not arrive within " + timeoutMillis + " ms.");
        }
    }

    static ProblemException tooLarge(long bytesMax) {
        return ProblemException.of(
                ProblemType.CONTENT_TOO_LARGE, "The body is larger than the limit of " + bytesMax + " bytes.");
    }

    @Override
    public boolean isFinished() {
        return body.isFinished();
    }

    @Override
    public boolean isReady() {
        return body.isReady();
    }

    @Override
    public void setReadListener(ReadListener listener) {
        body.setReadListener(listener);
    }

    @Override
    public void close() throws IOException {
        body.close();
    }
}
