package io.plinth.bench;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.Supplier;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;

/** HTTP/1.1 over TLS: one thread to a kept-alive connection, which does as little as possible. */
final class Http1Lane implements Lane {
    private static final int TIMEOUT_MILLIS = 30_000;
    private static final long IDLE_NANOS_MAX = 10_000_000_000L;

    private final int port;
    private final SSLContext trust;
    private final Supplier<String> token;
    private final BlockingQueue<Task> tasks = new LinkedBlockingQueue<>();
    private final List<Thread> threads = new ArrayList<>();

    private record Task(Request request, Outcome outcome) {}

    Http1Lane(int port, SSLContext trust, Supplier<String> token, int connections) {
        this.port = port;
        this.trust = trust;
        this.token = token;
        for (int i = 0; i < connections; i++) {
            Thread thread = new Thread(() -> new Connection().run(), "http1 " + i);
            thread.setDaemon(true);
            threads.add(thread);
            thread.start();
        }
    }

    @Override
    public void send(Request request, Outcome outcome) {
        tasks.add(new Task(request, outcome));
    }

    @Override
    public void close() {
        threads.forEach(Thread::interrupt);
    }

    private final class Connection {
        private SSLSocket socket;
        private InputStream in;
        private long usedNanos;
        private boolean isLast;

        void run() {
            try {
                while (true) {
                    Task task = tasks.take();
                    int status = 0;
                    String failure = "";
                    try {
                        status = exchange(task.request());
                    } catch (IOException broken) {
                        failure = broken.toString();
                        disconnect();
                    }
                    task.outcome().ended(status, failure);
                }
            } catch (InterruptedException closed) {
                disconnect();
            }
        }

        private int exchange(Request request) throws IOException {
            // The server may be closing a connection that nobody has used for a while.
            if (socket != null && (isLast || System.nanoTime() - usedNanos > IDLE_NANOS_MAX)) {
                disconnect();
            }
            if (socket == null) {
                connect();
            }
            socket.getOutputStream().write(bytes(request));
            int status = answer();
            usedNanos = System.nanoTime();
            return status;
        }

        private void connect() throws IOException {
            SSLSocket fresh = (SSLSocket) trust.getSocketFactory().createSocket("localhost", port);
            fresh.setTcpNoDelay(true);
            fresh.setSoTimeout(TIMEOUT_MILLIS);
            socket = fresh;
            in = new BufferedInputStream(fresh.getInputStream(), 8192);
            isLast = false;
        }

        private void disconnect() {
            if (socket != null) {
                try {
                    socket.close();
                } catch (IOException gone) {
                    // Nobody needs it any more.
                    socket = null;
                }
                socket = null;
            }
        }

        private byte[] bytes(Request request) {
            StringBuilder head = new StringBuilder(256)
                    .append(request.method()).append(' ').append(request.path()).append(" HTTP/1.1\r\nHost: localhost:")
                    .append(port).append("\r\n");
            if (request.isAuthorized()) {
                head.append("Authorization: Bearer ").append(token.get()).append("\r\n");
            }
            if (!request.type().isEmpty()) {
                head.append("Content-Type: ").append(request.type()).append("\r\nContent-Length: ")
                        .append(request.body().length).append("\r\n");
            }
            ByteArrayOutputStream whole = new ByteArrayOutputStream(head.length() + 2 + request.body().length);
            whole.writeBytes(head.append("\r\n").toString().getBytes(StandardCharsets.ISO_8859_1));
            whole.writeBytes(request.body());
            return whole.toByteArray();
        }

        private int answer() throws IOException {
            String statusLine = line();
            if (!statusLine.startsWith("HTTP/1.1 ")) {
                throw new IOException("no answer but " + statusLine);
            }
            int status = Integer.parseInt(statusLine.substring(9, 12));
            long length = 0;
            boolean isChunked = false;
            for (String header = line(); !header.isEmpty(); header = line()) {
                if (header.regionMatches(true, 0, "Content-Length:", 0, 15)) {
                    length = Long.parseLong(header.substring(15).strip());
                } else if (header.regionMatches(true, 0, "Transfer-Encoding:", 0, 18)) {
                    isChunked = true;
                } else if (header.regionMatches(true, 0, "Connection: close", 0, 17)) {
                    isLast = true;
                }
            }
            if (isChunked) {
                for (int size = chunk(); size > 0; size = chunk()) {
                    in.skipNBytes(size);
                    line();
                }
                line();
            } else {
                in.skipNBytes(length);
            }
            return status;
        }

        private int chunk() throws IOException {
            String size = line();
            int end = size.indexOf(';');
            return Integer.parseInt(end < 0 ? size : size.substring(0, end), 16);
        }

        private String line() throws IOException {
            StringBuilder text = new StringBuilder(64);
            for (int c = in.read(); c != '\n'; c = in.read()) {
                if (c < 0) {
                    throw new EOFException("the server closed the connection");
                }
                if (c != '\r') {
                    text.append((char) c);
                }
            }
            return text.toString();
        }
    }
}
