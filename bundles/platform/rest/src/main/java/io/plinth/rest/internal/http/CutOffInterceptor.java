package io.plinth.rest.internal.http;

import io.plinth.gateway.Gate;
import java.io.IOException;
import java.io.OutputStream;
import javax.annotation.Priority;
import javax.ws.rs.Priorities;
import javax.ws.rs.ext.WriterInterceptor;
import javax.ws.rs.ext.WriterInterceptorContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Breaks an answer off that fails after its first bytes have left. JAX-RS would put the problem document behind them and end
 * the answer as if it were whole; half an export is worse than none.
 */
@Priority(Priorities.ENTITY_CODER - 1)
public final class CutOffInterceptor implements WriterInterceptor {
    private static final Logger LOG = LoggerFactory.getLogger(CutOffInterceptor.class);

    @Override
    public void aroundWriteTo(WriterInterceptorContext context) throws IOException {
        // The server closes the stream that this one stands before.
        @SuppressWarnings("resource")
        WatchedOutput output = new WatchedOutput(context.getOutputStream());
        context.setOutputStream(output);
        try {
            context.proceed();
        } catch (IOException | RuntimeException | Error failure) {
            if (!output.hasBegun || !(context.getProperty(Gate.CUT_OFF) instanceof Runnable cutOff)) {
                throw failure;
            }
            if (output.isBroken) {
                LOG.debug("Request {}: the client left before the answer was whole", id(context), failure);
            } else {
                LOG.warn("Request {} failed in the middle of its answer, which was cut off", id(context), failure);
            }
            cutOff.run();
        }
    }

    private static Object id(WriterInterceptorContext context) {
        Object id = context.getProperty(Gate.REQUEST_ID);
        return id == null ? "unknown" : id;
    }

    /** Remembers whether anything was written, and whether it was the client that failed. */
    private static final class WatchedOutput extends OutputStream {
        private final OutputStream target;
        private boolean hasBegun;
        private boolean isBroken;

        WatchedOutput(OutputStream target) {
            this.target = target;
        }

        @Override
        public void write(int b) throws IOException {
            write(new byte[] {(byte) b}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            hasBegun = true;
            isBroken = true;
            target.write(bytes, offset, length);
            isBroken = false;
        }

        @Override
        public void flush() throws IOException {
            isBroken = true;
            target.flush();
            isBroken = false;
        }

        @Override
        public void close() throws IOException {
            target.close();
        }
    }
}
