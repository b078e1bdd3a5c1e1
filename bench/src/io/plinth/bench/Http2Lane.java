package io.plinth.bench;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.function.Supplier;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;

/**
 * HTTP/2 over TLS (RFC 9113), as much of it as a load needs: one connection, a thread that writes and one that reads, header
 * fields sent as plain literals (RFC 7541, 6.2.2), of an answer only its status and its end.
 */
final class Http2Lane implements Lane {
    /** Fewer than Jetty allows, since a stream that has ended counts a little longer there. */
    private static final int STREAMS_MAX = 100;

    private static final int TIMEOUT_MILLIS = 30_000;
    private static final int WINDOW_BYTES = 65_535;
    private static final int ACKNOWLEDGE_BYTES = 16_384;

    private static final int DATA = 0;
    private static final int HEADERS = 1;
    private static final int RST_STREAM = 3;
    private static final int SETTINGS = 4;
    private static final int PING = 6;
    private static final int GOAWAY = 7;
    private static final int WINDOW_UPDATE = 8;

    private static final int END_STREAM = 1;
    private static final int ACK = 1;
    private static final int END_HEADERS = 4;
    private static final int PADDED = 8;
    private static final int PRIORITY = 32;

    private final int port;
    private final SSLContext trust;
    private final Supplier<String> token;
    private final BlockingQueue<Task> tasks = new LinkedBlockingQueue<>();
    private final Semaphore streamsFree = new Semaphore(STREAMS_MAX);
    private final Thread writer;
    private Connection connection;

    private record Task(Request request, Outcome outcome) {}

    Http2Lane(int port, SSLContext trust, Supplier<String> token) {
        this.port = port;
        this.trust = trust;
        this.token = token;
        this.writer = new Thread(this::write, "http2 writer");
        writer.setDaemon(true);
        writer.start();
    }

    @Override
    public void send(Request request, Outcome outcome) {
        tasks.add(new Task(request, outcome));
    }

    @Override
    public void close() {
        writer.interrupt();
    }

    private void write() {
        try {
            while (true) {
                Task task = tasks.take();
                streamsFree.acquire();
                try {
                    if (connection == null || !connection.isOpen()) {
                        connection = new Connection();
                    }
                    connection.send(task);
                } catch (IOException broken) {
                    end(task, 0, broken.toString());
                }
            }
        } catch (InterruptedException closed) {
            if (connection != null) {
                connection.fail("closed");
            }
        }
    }

    private void end(Task task, int status, String failure) {
        streamsFree.release();
        task.outcome().ended(status, failure);
    }

    private static final class Stream {
        private final Task task;
        private int status;

        Stream(Task task) {
            this.task = task;
        }
    }

    private final class Connection {
        private final SSLSocket socket;
        private final DataOutputStream out;
        private final DataInputStream in;
        private final Map<Integer, Stream> streams = new HashMap<>();
        private int nextStream = 1;
        private int sendWindow = WINDOW_BYTES;
        private int unacknowledged;
        private boolean isOpen = true;

        Connection() throws IOException {
            socket = (SSLSocket) trust.getSocketFactory().createSocket("localhost", port);
            socket.setTcpNoDelay(true);
            SSLParameters parameters = socket.getSSLParameters();
            parameters.setApplicationProtocols(new String[] {"h2"});
            socket.setSSLParameters(parameters);
            socket.setSoTimeout(TIMEOUT_MILLIS);
            socket.startHandshake();
            if (!"h2".equals(socket.getApplicationProtocol())) {
                throw new IOException("the server speaks no HTTP/2");
            }
            out = new DataOutputStream(socket.getOutputStream());
            in = new DataInputStream(new BufferedInputStream(socket.getInputStream(), 16_384));
            ByteArrayOutputStream preface = new ByteArrayOutputStream();
            preface.writeBytes("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            // No dynamic table, so that a status can be read without the answers before it; no pushes.
            preface.writeBytes(frame(SETTINGS, 0, 0, new byte[] {0, 1, 0, 0, 0, 0, 0, 2, 0, 0, 0, 0}));
            out.write(preface.toByteArray());
            Thread reader = new Thread(this::read, "http2 reader");
            reader.setDaemon(true);
            reader.start();
        }

        synchronized boolean isOpen() {
            return isOpen;
        }

        void send(Task task) throws IOException, InterruptedException {
            Request request = task.request();
            boolean hasBody = request.body().length > 0;
            ByteArrayOutputStream bytes = new ByteArrayOutputStream(512 + request.body().length);
            synchronized (this) {
                while (isOpen && sendWindow < request.body().length) {
                    wait(TIMEOUT_MILLIS);
                }
                if (!isOpen) {
                    throw new IOException("the connection went away before the request was sent");
                }
                sendWindow -= request.body().length;
                int stream = nextStream;
                nextStream += 2;
                streams.put(stream, new Stream(task));
                bytes.writeBytes(frame(
                        HEADERS, END_HEADERS | (hasBody ? 0 : END_STREAM), stream, fields(request)));
                if (hasBody) {
                    bytes.writeBytes(frame(DATA, END_STREAM, stream, request.body()));
                }
            }
            try {
                write(bytes.toByteArray());
            } catch (IOException broken) {
                fail(broken.toString());
            }
        }

        private void write(byte[] bytes) throws IOException {
            synchronized (out) {
                out.write(bytes);
            }
        }

        private byte[] fields(Request request) {
            ByteArrayOutputStream block = new ByteArrayOutputStream(256);
            field(block, ":method", request.method());
            field(block, ":scheme", "https");
            field(block, ":authority", "localhost:" + port);
            field(block, ":path", request.path());
            if (request.isAuthorized()) {
                field(block, "authorization", "Bearer " + token.get());
            }
            if (!request.type().isEmpty()) {
                field(block, "content-type", request.type());
                field(block, "content-length", Integer.toString(request.body().length));
            }
            return block.toByteArray();
        }

        private static void field(ByteArrayOutputStream block, String name, String value) {
            block.write(0);
            text(block, name);
            text(block, value);
        }

        private static void text(ByteArrayOutputStream block, String text) {
            int length = text.length();
            if (length < 127) {
                block.write(length);
            } else {
                block.write(127);
                int rest = length - 127;
                for (; rest >= 128; rest /= 128) {
                    block.write(rest % 128 + 128);
                }
                block.write(rest);
            }
            block.writeBytes(text.getBytes(StandardCharsets.US_ASCII));
        }

        private static byte[] frame(int type, int flags, int stream, byte[] payload) {
            byte[] frame = new byte[9 + payload.length];
            frame[0] = (byte) (payload.length >> 16);
            frame[1] = (byte) (payload.length >> 8);
            frame[2] = (byte) payload.length;
            frame[3] = (byte) type;
            frame[4] = (byte) flags;
            putInt(frame, 5, stream);
            System.arraycopy(payload, 0, frame, 9, payload.length);
            return frame;
        }

        private static void putInt(byte[] bytes, int at, int value) {
            for (int i = 0; i < 4; i++) {
                bytes[at + i] = (byte) (value >> (24 - 8 * i));
            }
        }

        private void read() {
            try {
                while (true) {
                    int lengthAndType = in.readInt();
                    int flags = in.readUnsignedByte();
                    int stream = in.readInt() & 0x7fffffff;
                    byte[] payload = new byte[lengthAndType >>> 8];
                    in.readFully(payload);
                    take(lengthAndType & 0xff, flags, stream, payload);
                }
            } catch (IOException broken) {
                fail(broken.toString());
            }
        }

        private void take(int type, int flags, int stream, byte[] payload) throws IOException {
            switch (type) {
                case DATA -> {
                    acknowledge(payload.length);
                    endIf(flags, stream);
                }
                case HEADERS -> {
                    headers(flags, stream, payload);
                    endIf(flags, stream);
                }
                case RST_STREAM -> {
                    Stream reset = remove(stream);
                    if (reset != null) {
                        end(reset.task, 0, "stream reset with " + getInt(payload, 0));
                    }
                }
                case SETTINGS -> {
                    if ((flags & ACK) == 0) {
                        write(frame(SETTINGS, ACK, 0, new byte[0]));
                    }
                }
                case PING -> {
                    if ((flags & ACK) == 0) {
                        write(frame(PING, ACK, 0, payload));
                    }
                }
                case GOAWAY -> goAway(getInt(payload, 0));
                case WINDOW_UPDATE -> {
                    if (stream == 0) {
                        synchronized (this) {
                            sendWindow += getInt(payload, 0);
                            notifyAll();
                        }
                    }
                }
                default -> {
                    // Nothing that a load needs.
                }
            }
        }

        private void acknowledge(int bytes) throws IOException {
            unacknowledged += bytes;
            if (unacknowledged >= ACKNOWLEDGE_BYTES) {
                byte[] increment = new byte[4];
                putInt(increment, 0, unacknowledged);
                unacknowledged = 0;
                write(frame(WINDOW_UPDATE, 0, 0, increment));
            }
        }

        private synchronized void headers(int flags, int stream, byte[] payload) {
            Stream answered = streams.get(stream);
            if (answered == null || answered.status != 0) {
                return;
            }
            int at = ((flags & PADDED) != 0 ? 1 : 0) + ((flags & PRIORITY) != 0 ? 5 : 0);
            answered.status = Status.of(payload, at);
        }

        private void endIf(int flags, int stream) {
            if ((flags & END_STREAM) != 0) {
                Stream ended = remove(stream);
                if (ended != null) {
                    end(ended.task, ended.status, "");
                }
            }
        }

        private synchronized Stream remove(int stream) {
            return streams.remove(stream);
        }

        /** What the server has not begun by then counts as failed, though a better client would send it again. */
        private void goAway(int lastStream) {
            List<Stream> refused = new ArrayList<>();
            synchronized (this) {
                isOpen = false;
                streams.entrySet().removeIf(stream -> {
                    boolean isRefused = stream.getKey() > lastStream;
                    if (isRefused) {
                        refused.add(stream.getValue());
                    }
                    return isRefused;
                });
                notifyAll();
            }
            refused.forEach(stream -> end(stream.task, 0, "the server goes away"));
        }

        void fail(String why) {
            List<Stream> broken;
            synchronized (this) {
                isOpen = false;
                broken = List.copyOf(streams.values());
                streams.clear();
                notifyAll();
            }
            try {
                socket.close();
            } catch (IOException gone) {
                why += ", " + gone.getMessage();
            }
            String failure = why;
            broken.forEach(stream -> end(stream.task, 0, failure));
        }

        private static int getInt(byte[] bytes, int at) {
            return (bytes[at] & 0x7f) << 24 | (bytes[at + 1] & 0xff) << 16 | (bytes[at + 2] & 0xff) << 8 | bytes[at + 3] & 0xff;
        }
    }

    /** The field {@code :status}, which comes first (RFC 7541, appendices A and B). */
    private static final class Status {
        private static final int[] INDEXED = {200, 204, 206, 304, 400, 404, 500};
        private static final int FIRST_INDEX = 8;

        static int of(byte[] block, int start) {
            int at = start;
            // Changes of the size of the dynamic table.
            while ((block[at] & 0xe0) == 0x20) {
                at++;
            }
            int first = block[at] & 0xff;
            if ((first & 0x80) != 0) {
                return INDEXED[(first & 0x7f) - FIRST_INDEX];
            }
            boolean isHuffman = (block[at + 1] & 0x80) != 0;
            int status = 0;
            int bit = (at + 2) * 8;
            for (int digit = 0; digit < 3; digit++) {
                int value;
                if (!isHuffman) {
                    value = block[at + 2 + digit] - '0';
                } else if (bits(block, bit, 5) <= 2) {
                    value = bits(block, bit, 5);
                    bit += 5;
                } else {
                    value = bits(block, bit, 6) - 0x19 + 3;
                    bit += 6;
                }
                status = status * 10 + value;
            }
            return status;
        }

        private static int bits(byte[] block, int from, int count) {
            int value = 0;
            for (int i = from; i < from + count; i++) {
                value = value << 1 | block[i / 8] >> (7 - i % 8) & 1;
            }
            return value;
        }
    }
}
