package io.plinth.bench;

import java.io.EOFException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Queue;
import java.util.function.Supplier;

/**
 * Posts transfers over kept-alive connections, from one thread: as many as are answered, or so many a second whether they
 * are answered or not, each measured from the moment when it should have left. Every answer must be 201; the first that is
 * not ends the run.
 */
final class TransferLoad {
    private static final int BUFFER_BYTES = 16 * 1024;
    private static final byte[] CREATED = "HTTP/1.1 201".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] HEAD_END = "\r\n\r\n".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] CHUNKS_END = "\r\n0\r\n\r\n".getBytes(StandardCharsets.US_ASCII);

    private final InetSocketAddress address;
    private final String head;
    private final Supplier<String> body;
    private final Supplier<String> key;

    /** What was measured. */
    record Rate(long answers, double perSecond, double p50Millis, double p99Millis) {}

    /**
     * Prepares it.
     *
     * @param key of the next request, never the same
     * @param body of the next request
     */
    TransferLoad(int port, String token, Supplier<String> key, Supplier<String> body) {
        this.address = new InetSocketAddress("127.0.0.1", port);
        this.head = "POST /api/v1/transactions HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer " + token
                + "\r\nContent-Type: application/json\r\nIdempotency-Key: ";
        this.key = key;
        this.body = body;
    }

    /** As many as the server answers. */
    Rate closed(int connections, Duration duration) throws IOException {
        return run(connections, duration, 0);
    }

    /** So many a second, spread evenly. */
    Rate open(int connections, Duration duration, double perSecond) throws IOException {
        return run(connections, duration, (long) (1e9 / perSecond));
    }

    private Rate run(int connections, Duration duration, long pauseNanos) throws IOException {
        long[] tookNanos = new long[1 << 16];
        int answers = 0;
        try (Selector selector = Selector.open()) {
            Queue<Connection> idle = new ArrayDeque<>();
            for (int i = 0; i < connections; i++) {
                SocketChannel channel = SocketChannel.open(address);
                channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
                channel.configureBlocking(false);
                Connection connection = new Connection(channel);
                channel.register(selector, SelectionKey.OP_READ, connection);
                idle.add(connection);
            }
            long start = System.nanoTime();
            long end = start + duration.toNanos();
            long due = start;
            long now = start;
            while (now < end) {
                while (!idle.isEmpty() && due <= now) {
                    idle.remove().send(pauseNanos == 0 ? now : due);
                    due += pauseNanos;
                }
                long waitMillis = idle.isEmpty() ? 100 : Math.max(0, (due - now) / 1_000_000);
                if (waitMillis == 0) {
                    selector.selectNow();
                } else {
                    selector.select(Math.min(100, waitMillis));
                }
                for (SelectionKey selected : selector.selectedKeys()) {
                    Connection connection = (Connection) selected.attachment();
                    if (connection.read()) {
                        if (answers == tookNanos.length) {
                            tookNanos = Arrays.copyOf(tookNanos, answers * 2);
                        }
                        tookNanos[answers++] = System.nanoTime() - connection.sinceNanos;
                        idle.add(connection);
                    }
                }
                selector.selectedKeys().clear();
                now = System.nanoTime();
            }
            double seconds = (now - start) / 1e9;
            // What is on its way is answered before the next round begins, or it would be measured there.
            finish(selector, connections - idle.size());
            for (SelectionKey registered : selector.keys()) {
                registered.channel().close();
            }
            long[] sorted = Arrays.copyOf(tookNanos, answers);
            Arrays.sort(sorted);
            return new Rate(answers, answers / seconds, quantileMillis(sorted, 0.5), quantileMillis(sorted, 0.99));
        }
    }

    private static void finish(Selector selector, int open) throws IOException {
        int left = open;
        while (left > 0) {
            if (selector.select(30_000) == 0) {
                throw new IOException(left + " requests were not answered within 30 s");
            }
            for (SelectionKey selected : selector.selectedKeys()) {
                left -= ((Connection) selected.attachment()).read() ? 1 : 0;
            }
            selector.selectedKeys().clear();
        }
    }

    private static double quantileMillis(long[] sorted, double quantile) {
        return sorted.length == 0 ? Double.NaN : sorted[(int) Math.ceil(sorted.length * quantile) - 1] / 1e6;
    }

    private final class Connection {
        private final SocketChannel channel;
        private final ByteBuffer answer = ByteBuffer.allocate(BUFFER_BYTES);
        private long sinceNanos;

        Connection(SocketChannel channel) {
            this.channel = channel;
        }

        void send(long since) throws IOException {
            sinceNanos = since;
            answer.clear();
            String content = body.get();
            ByteBuffer bytes = ByteBuffer.wrap((head + key.get() + "\r\nContent-Length: " + content.length() + "\r\n\r\n"
                            + content)
                    .getBytes(StandardCharsets.US_ASCII));
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
        }

        /** Whether the answer is whole. */
        boolean read() throws IOException {
            if (channel.read(answer) < 0) {
                throw new EOFException("the server closed a connection under load");
            }
            byte[] got = answer.array();
            int size = answer.position();
            int headEnd = indexOf(got, size, HEAD_END);
            if (headEnd < 0) {
                return false;
            }
            if (!Arrays.equals(got, 0, CREATED.length, CREATED, 0, CREATED.length)) {
                throw new IOException("an answer was not 201: " + new String(got, 0, size, StandardCharsets.UTF_8));
            }
            String text = new String(got, 0, headEnd, StandardCharsets.ISO_8859_1);
            int length = text.indexOf("Content-Length:");
            if (length < 0) {
                return indexOf(got, size, CHUNKS_END) >= 0;
            }
            int lineEnd = text.indexOf('\r', length);
            String digits = text.substring(length + 15, lineEnd < 0 ? text.length() : lineEnd);
            return size >= headEnd + HEAD_END.length + Integer.parseInt(digits.strip());
        }
    }

    private static int indexOf(byte[] bytes, int size, byte[] wanted) {
        for (int i = 0; i + wanted.length <= size; i++) {
            if (bytes[i] == wanted[0] && Arrays.equals(bytes, i, i + wanted.length, wanted, 0, wanted.length)) {
                return i;
            }
        }
        return -1;
    }
}
