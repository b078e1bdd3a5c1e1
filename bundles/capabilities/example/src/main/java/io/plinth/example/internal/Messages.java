package io.plinth.example.internal;

import com.fasterxml.uuid.Generators;
import com.fasterxml.uuid.NoArgGenerator;
import io.plinth.event.Event;
import io.plinth.tx.Transactions;
import java.time.Clock;
import java.util.Map;
import java.util.UUID;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** Posted messages: each becomes an event. There only while the database is. */
@Component(service = Messages.class)
public final class Messages {
    static final String DESTINATION = "queue.example.events";
    static final String POSTED = "io.plinth.example.posted";

    private final Transactions transactions;
    private final Clock clock;
    private final NoArgGenerator ids = Generators.timeBasedEpochGenerator();

    @Activate
    public Messages(@Reference Transactions transactions, @Reference Clock clock) {
        this.transactions = transactions;
        this.clock = clock;
    }

    /**
     * Publishes the message.
     *
     * @return id of its event, which is on its way for certain once this returns
     */
    public UUID post(Message message) {
        UUID id = ids.generate();
        // Nothing relates two messages, so each is its own subject and none waits for another.
        Event event = new Event(
                DESTINATION, POSTED, id.toString(), id, clock.instant(), Map.of("message", message.message()));
        return transactions.write(transaction -> {
            transaction.publish(event);
            return id;
        });
    }
}
