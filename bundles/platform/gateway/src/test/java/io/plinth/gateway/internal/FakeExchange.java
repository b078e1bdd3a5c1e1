package io.plinth.gateway.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import javax.servlet.AsyncContext;
import javax.servlet.DispatcherType;
import javax.servlet.ReadListener;
import javax.servlet.ServletInputStream;
import javax.servlet.ServletOutputStream;
import javax.servlet.WriteListener;
import javax.servlet.http.HttpServletRequest;
import javax.servlet.http.HttpServletResponse;

/** A request and its response. What a test has not said, and the gateway should not ask, fails. */
final class FakeExchange {
    final Map<String, Object> attributes = new HashMap<>();
    final Map<String, List<String>> requestHeaders = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    final Map<String, String> responseHeaders = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    final ByteArrayOutputStream written = new ByteArrayOutputStream();
    String method = "GET";
    String uri = "/";
    String contextPath = "";
    String encoding;
    byte[] body = {};
    long contentLength = -1;
    boolean secure;
    boolean committed;
    boolean suspended;
    int completions;
    int status = 200;
    DispatcherType dispatcher = DispatcherType.REQUEST;

    FakeExchange header(String name, String... values) {
        requestHeaders.put(name, new ArrayList<>(List.of(values)));
        return this;
    }

    HttpServletRequest request() {
        return (HttpServletRequest) Proxy.newProxyInstance(
                FakeExchange.class.getClassLoader(),
                new Class<?>[] {HttpServletRequest.class},
                (proxy, called, arguments) -> onRequest(called, arguments));
    }

    HttpServletResponse response() {
        return (HttpServletResponse) Proxy.newProxyInstance(
                FakeExchange.class.getClassLoader(),
                new Class<?>[] {HttpServletResponse.class},
                (proxy, called, arguments) -> onResponse(called, arguments));
    }

    String answer() {
        return written.toString(StandardCharsets.US_ASCII);
    }

    private Object onRequest(Method called, Object[] arguments) {
        return switch (called.getName()) {
            case "getAttribute" -> attributes.get(arguments[0]);
            case "setAttribute" -> attributes.put((String) arguments[0], arguments[1]);
            case "getHeader" -> {
                List<String> values = requestHeaders.get(arguments[0]);
                yield values == null ? null : values.get(0);
            }
            case "getHeaders" -> Collections.enumeration(requestHeaders.getOrDefault(arguments[0], List.of()));
            case "getMethod" -> method;
            case "getRequestURI" -> uri;
            case "getRequestURL" -> new StringBuffer("https://plinth.example" + uri);
            case "getContextPath" -> contextPath;
            case "getDispatcherType" -> dispatcher;
            case "isSecure" -> secure;
            case "isAsyncStarted" -> suspended;
            case "getAsyncContext" -> asyncContext();
            case "getContentLengthLong" -> contentLength;
            case "getCharacterEncoding" -> encoding;
            case "getInputStream" -> input(body);
            default -> throw new UnsupportedOperationException(called.toString());
        };
    }

    private Object onResponse(Method called, Object[] arguments) {
        switch (called.getName()) {
            case "setHeader" -> responseHeaders.put((String) arguments[0], (String) arguments[1]);
            case "setStatus", "sendError" -> status = (Integer) arguments[0];
            case "setContentType" -> responseHeaders.put("Content-Type", (String) arguments[0]);
            case "setContentLength" -> responseHeaders.put("Content-Length", String.valueOf(arguments[0]));
            case "resetBuffer" -> written.reset();
            case "isCommitted" -> {
                return committed;
            }
            case "getStatus" -> {
                return status;
            }
            case "getContentType" -> {
                return responseHeaders.get("Content-Type");
            }
            case "getOutputStream" -> {
                return output();
            }
            default -> throw new UnsupportedOperationException(called.toString().toLowerCase(Locale.ROOT));
        }
        return null;
    }

    private AsyncContext asyncContext() {
        return (AsyncContext) Proxy.newProxyInstance(
                FakeExchange.class.getClassLoader(), new Class<?>[] {AsyncContext.class}, (proxy, called, none) -> {
                    assertThat(called.getName()).isEqualTo("complete");
                    if (completions++ > 0) {
                        throw new IllegalStateException("completed already");
                    }
                    return null;
                });
    }

    static ServletInputStream input(byte[] body) {
        ByteArrayInputStream bytes = new ByteArrayInputStream(body);
        return new ServletInputStream() {
            @Override
            public int read() {
                return bytes.read();
            }

            @Override
            public int read(byte[] buffer, int offset, int length) {
                return bytes.read(buffer, offset, length);
            }

            @Override
            public boolean isFinished() {
                return bytes.available() == 0;
            }

            @Override
            public boolean isReady() {
                return true;
            }

            @Override
            public void setReadListener(ReadListener listener) {
                throw new UnsupportedOperationException();
            }
        };
    }

    private ServletOutputStream output() {
        return new ServletOutputStream() {
            @Override
            public void write(int value) {
                written.write(value);
            }

            @Override
            public boolean isReady() {
                return true;
            }

            @Override
            public void setWriteListener(WriteListener listener) {
                throw new UnsupportedOperationException();
            }
        };
    }
}
