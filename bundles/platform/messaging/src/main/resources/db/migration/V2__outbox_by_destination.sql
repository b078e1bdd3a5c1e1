-- Passes over the events of a destination that takes none, however many wait.
ALTER TABLE outbox
    ADD KEY outbox_destination (lane, destination, id, bytes),
    -- Finds the earlier events of a subject that hold back its later ones.
    ADD KEY outbox_subject (lane, subject, destination, id);
