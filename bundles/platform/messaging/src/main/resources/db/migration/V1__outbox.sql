-- Events of committed transactions that the relay has not published yet.
CREATE TABLE outbox (
    id BIGINT UNSIGNED NOT NULL AUTO_INCREMENT,
    -- Hash of the subject: one relay at a time publishes a lane, so the events of a subject stay in order.
    lane TINYINT UNSIGNED NOT NULL,
    -- Length of the body, so that a relay can bound what it reads before it reads it.
    bytes INT UNSIGNED NOT NULL,
    event_id CHAR(36) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    destination VARCHAR(200) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    type VARCHAR(200) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    subject VARCHAR(64) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,
    -- Milliseconds since 1970-01-01T00:00:00Z.
    appended_at_millis BIGINT NOT NULL,
    attempts SMALLINT UNSIGNED NOT NULL DEFAULT 0,
    body MEDIUMTEXT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,
    PRIMARY KEY (id),
    -- Covers the choice of a batch without touching a body.
    KEY outbox_batch (lane, id, bytes)
) ENGINE = InnoDB;

-- One row a lane; its lock is the right to publish that lane.
CREATE TABLE outbox_lanes (
    lane TINYINT UNSIGNED NOT NULL,
    PRIMARY KEY (lane)
) ENGINE = InnoDB;

INSERT INTO outbox_lanes (lane) VALUES
    (0), (1), (2), (3), (4), (5), (6), (7), (8), (9), (10), (11), (12), (13), (14), (15),
    (16), (17), (18), (19), (20), (21), (22), (23), (24), (25), (26), (27), (28), (29), (30), (31);
