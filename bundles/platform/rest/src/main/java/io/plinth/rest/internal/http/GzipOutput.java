package io.plinth.rest.internal.http;

import java.io.IOException;
import java.io.OutputStream;
import java.util.zip.GZIPOutputStream;
import org.jspecify.annotations.Nullable;

/** Holds back the first bytes and compresses only what grows beyond them, so that streams need constant memory. */
final class GzipOutput extends OutputStream {
    private final OutputStream target;
    private final Runnable onCompress;
    private final byte[] head;
    private int count;
    private @Nullable GZIPOutputStream gzip;
    private boolean isFinished;

    /**
     * @param bytesMin length from which on the output is compressed
     * @param onCompress sets the headers; runs before the first byte leaves
     */
    GzipOutput(OutputStream target, int bytesMin, Runnable onCompress) {
        this.target = target;
        this.onCompress = onCompress;
        head = new byte[bytesMin];
    }

    @Override
    public void write(int b) throws IOException {
        write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
        GZIPOutputStream compressed = gzip;
        if (compressed == null && count + length < head.length) {
            System.arraycopy(bytes, offset, head, count, length);
            count += length;
            return;
        }
        if (compressed == null) {
            onCompress.run();
            compressed = new GZIPOutputStream(target, 8192, true);
            gzip = compressed;
            compressed.write(head, 0, count);
        }
        compressed.write(bytes, offset, length);
    }

    @Override
    public void flush() throws IOException {
        GZIPOutputStream compressed = gzip;
        if (compressed != null) {
            compressed.flush();
        }
    }

    /** Sends what is held back. The target stays open; the server closes it. */
    @Override
    public void close() throws IOException {
        if (isFinished) {
            return;
        }
        isFinished = true;
        GZIPOutputStream compressed = gzip;
        if (compressed == null) {
            target.write(head, 0, count);
        } else {
            compressed.finish();
        }
    }
}
