package io.plinth.event;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import org.osgi.annotation.versioning.ProviderType;

/** The transactional outbox. Capabilities publish through {@link io.plinth.tx.Transaction#publish} instead. */
@ProviderType
public interface Outbox {
    /**
     * Writes the events as rows on this connection, in order.
     *
     * @throws SQLException when the database refuses; the transaction must then be rolled back
     */
    void append(Connection connection, List<Event> events) throws SQLException;

    /** Tells the relay that rows were committed, so that it need not wait for its next poll. */
    void committed();
}
