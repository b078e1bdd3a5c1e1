package io.plinth.messaging.internal;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.activemq.artemis.api.core.ActiveMQException;
import org.apache.activemq.artemis.api.core.ActiveMQExceptionType;
import org.apache.activemq.artemis.api.core.Message;
import org.apache.activemq.artemis.api.core.client.SendAcknowledgementHandler;

/** Waits until the broker has answered for each of a number of messages. */
final class Acknowledgements implements SendAcknowledgementHandler {
    private final CountDownLatch missing;
    private final AtomicInteger taken = new AtomicInteger();
    private final AtomicReference<Exception> firstRefusal = new AtomicReference<>();

    Acknowledgements(int messages) {
        missing = new CountDownLatch(messages);
    }

    /** How many the broker took so far. */
    int taken() {
        return taken.get();
    }

    @Override
    public void sendAcknowledged(Message message) {
        taken.incrementAndGet();
        missing.countDown();
    }

    @Override
    public void sendFailed(Message message, Exception cause) {
        firstRefusal.compareAndSet(null, cause);
        missing.countDown();
    }

    /**
     * Returns when all were taken.
     *
     * @throws ActiveMQException why the first of them was refused, or that answers are missing
     */
    void await(Duration timeout) throws ActiveMQException {
        boolean isComplete;
        try {
            isComplete = missing.await(timeout.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new ActiveMQException("interrupted", interrupted, ActiveMQExceptionType.TIMEOUT_EXCEPTION);
        }
        Exception refusal = firstRefusal.get();
        if (refusal instanceof ActiveMQException known) {
            throw known;
        }
        if (refusal != null) {
            throw new ActiveMQException(refusal.toString(), refusal, ActiveMQExceptionType.GENERIC_EXCEPTION);
        }
        if (!isComplete) {
            throw new ActiveMQException(ActiveMQExceptionType.TIMEOUT_EXCEPTION, blocked(timeout));
        }
    }

    /** Why a batch takes for ever, as far as one can tell from here. */
    static String blocked(Duration timeout) {
        return "it has not taken a batch within " + timeout.toSeconds() + " s; is a queue or its disk full?";
    }
}
