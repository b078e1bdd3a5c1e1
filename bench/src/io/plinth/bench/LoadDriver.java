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
import java.util.Arrays;

/**
 * Sends one and the same GET over many kept-alive connections, from one thread, and counts the answers. It does as little as
 * possible itself, since it shares the machine with the server: an answer is told from the next by its length, which is the
 * same for every answer of one URL.
 */
final class LoadDriver {
    private static final int BUFFER_BYTES = 64 * 1024;
    private static final byte[] OK = "HTTP/1.1 200".getBytes(StandardCharsets.US_ASCII);

    private final InetSocketAddress address;
    private final byte[] request;

    /** What was measured. */
    record Rate(long answers, double perSecond, double p50Millis, double p99Millis) {}

    LoadDriver(int port, String path, String token) {
        this.address = new InetSocketAddress("127.0.0.1", port);
        this.request = ("GET " + path + " HTTP/1.1\r\nHost: localhost\r\n"
                        + (token.isEmpty() ? "" : "Authorization: Bearer " + token + "\r\n") + "\r\n")
                .getBytes(StandardCharsets.US_ASCII);
    }

    Rate run(int connections, Duration duration) throws IOException {
        int answerBytes = answerBytes();
        Latencies latencies = new Latencies();
        try (Selector selector = Selector.open()) {
            for (int i = 0; i < connections; i++) {
                Connection connection = new Connection(open());
                connection.channel.configureBlocking(false);
                connection.channel.register(selector, SelectionKey.OP_READ, connection);
                connection.send();
            }
            long start = System.nanoTime();
            long end = start + duration.toNanos();
            long answers = 0;
            ByteBuffer buffer = ByteBuffer.allocateDirect(BUFFER_BYTES);
            while (System.nanoTime() < end) {
                selector.select(100);
                for (SelectionKey key : selector.selectedKeys()) {
                    answers += ((Connection) key.attachment()).read(buffer, answerBytes, latencies);
                }
                selector.selectedKeys().clear();
            }
            double seconds = (System.nanoTime() - start) / 1e9;
            for (SelectionKey key : selector.keys()) {
                key.channel().close();
            }
            return new Rate(answers, answers / seconds, latencies.quantileMillis(0.5), latencies.quantileMillis(0.99));
        }
    }

    /** Exactly so many requests, one after the other. */
    void sequence(int count) throws IOException {
        int answerBytes = answerBytes();
        try (SocketChannel channel = open()) {
            ByteBuffer buffer = ByteBuffer.allocate(BUFFER_BYTES);
            for (int i = 0; i < count; i++) {
                channel.write(ByteBuffer.wrap(request));
                int got = 0;
                while (got < answerBytes) {
                    buffer.clear();
                    int read = channel.read(buffer);
                    if (read < 0) {
                        throw new EOFException("the server closed the connection");
                    }
                    got += read;
                }
            }
        }
    }

    /** Length of an answer, head and body, learnt from one that says its Content-Length. */
    private int answerBytes() throws IOException {
        try (SocketChannel channel = open()) {
            channel.write(ByteBuffer.wrap(request));
            ByteBuffer buffer = ByteBuffer.allocate(BUFFER_BYTES);
            while (channel.read(buffer) >= 0) {
                String text = new String(buffer.array(), 0, buffer.position(), StandardCharsets.ISO_8859_1);
                int head = text.indexOf("\r\n\r\n");
                if (head < 0) {
                    continue;
                }
                if (!text.startsWith("HTTP/1.1 200")) {
                    throw new IOException("unexpected answer: " + text);
                }
                int expected = head + 4 + contentLength(text.substring(0, head), text);
                if (buffer.position() >= expected) {
                    return expected;
                }
            }
            throw new EOFException("the server closed the connection");
        }
    }

    private static int contentLength(String head, String answer) throws IOException {
        for (String line : head.split("\r\n")) {
            if (line.regionMatches(true, 0, "Content-Length:", 0, 15)) {
                return Integer.parseInt(line.substring(15).strip());
            }
        }
        int end = answer.indexOf("\r\n0\r\n\r\n");
        if (end < 0) {
            throw new IOException("neither Content-Length nor a whole chunked body in the first answer");
        }
        return end + 7 - answer.indexOf("\r\n\r\n") - 4;
    }

    private SocketChannel open() throws IOException {
        SocketChannel channel = SocketChannel.open(address);
        channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
        return channel;
    }

    private final class Connection {
        private final SocketChannel channel;
        private int got;
        private long sentNanos;

        Connection(SocketChannel channel) {
            this.channel = channel;
        }

        void send() throws IOException {
            sentNanos = System.nanoTime();
            ByteBuffer bytes = ByteBuffer.wrap(request);
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
        }

        int read(ByteBuffer buffer, int answerBytes, Latencies latencies) throws IOException {
            buffer.clear();
            int read = channel.read(buffer);
            if (read < 0) {
                throw new EOFException("the server closed a connection under load");
            }
            if (got == 0 && read >= OK.length) {
                byte[] start = new byte[OK.length];
                buffer.get(0, start);
                if (!Arrays.equals(start, OK)) {
                    throw new IOException("an answer was not 200: " + new String(start, StandardCharsets.US_ASCII));
                }
            }
            got += read;
            if (got < answerBytes) {
                return 0;
            }
            if (got > answerBytes) {
                throw new IOException("an answer was longer than the first: " + got + " bytes, not " + answerBytes);
            }
            got = 0;
            latencies.add(System.nanoTime() - sentNanos);
            send();
            return 1;
        }
    }

    /** A histogram in steps of ten microseconds, up to one second. */
    private static final class Latencies {
        private final long[] counts = new long[100_000];
        private long total;

        void add(long nanos) {
            counts[(int) Math.min(counts.length - 1, nanos / 10_000)]++;
            total++;
        }

        double quantileMillis(double quantile) {
            long wanted = (long) Math.ceil(total * quantile);
            long seen = 0;
            for (int i = 0; i < counts.length; i++) {
                seen += counts[i];
                if (seen >= wanted) {
                    return (i + 1) / 100.0;
                }
            }
            return counts.length / 100.0;
        }
    }
}
