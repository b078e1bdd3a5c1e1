package io.plinth.itests.harness;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/** Bytes as no well-behaved client sends them, over the loopback port. */
public final class RawHttp {
    private static final int TIMEOUT_MILLIS = 5_000;
    private static final int ANSWER_BYTES_MAX = 1 << 20;

    private RawHttp() {}

    /** Sends the bytes and reads until the server closes, or says nothing for a while. */
    public static String exchange(int port, String request) {
        return new String(exchange(port, request.getBytes(StandardCharsets.ISO_8859_1)), StandardCharsets.UTF_8);
    }

    public static byte[] exchange(int port, byte[] request) {
        try (Socket socket = new Socket()) {
            socket.setSoTimeout(TIMEOUT_MILLIS);
            socket.connect(new InetSocketAddress("127.0.0.1", port), TIMEOUT_MILLIS);
            socket.getOutputStream().write(request);
            socket.getOutputStream().flush();
            return readAll(socket.getInputStream());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** An answer taken apart: status, and whether it is a problem document. */
    public static int status(String answer) {
        if (!answer.matches("(?s)HTTP/1\\.[01] [0-9]{3}.*")) {
            throw new AssertionError("no HTTP answer: '" + answer + "'");
        }
        return Integer.parseInt(answer.substring(9, 12));
    }

    private static byte[] readAll(InputStream in) throws IOException {
        ByteArrayOutputStream answer = new ByteArrayOutputStream();
        byte[] buffer = new byte[8192];
        try {
            for (int n = in.read(buffer); n >= 0 && answer.size() < ANSWER_BYTES_MAX; n = in.read(buffer)) {
                answer.write(buffer, 0, n);
            }
        } catch (IOException resetAfterAnswer) {
            // A server that refuses a request early may reset the connection: what it said until then counts.
            if (answer.size() == 0) {
                throw resetAfterAnswer;
            }
        }
        return answer.toByteArray();
    }
}
