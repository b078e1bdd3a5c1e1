-- What changes two accounts at once has to stay in order for both, so events may share an order beyond their subject. Rows
-- that a server of the version before writes have no key of their own: theirs is the subject.
ALTER TABLE outbox
    ADD COLUMN ordering_key VARCHAR(64) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NULL,
    ADD COLUMN ordered_by VARCHAR(64) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin
        GENERATED ALWAYS AS (COALESCE(ordering_key, subject)) VIRTUAL,
    -- Finds the earlier events of an ordering key that hold back its later ones, as outbox_subject did for a subject.
    ADD KEY outbox_ordering (lane, ordered_by, destination, id),
    DROP KEY outbox_subject;
