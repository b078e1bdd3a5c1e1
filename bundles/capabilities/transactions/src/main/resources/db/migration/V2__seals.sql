-- Proof that entries are as they were written: a chain of keyed hashes for each account, made some seconds later. No foreign
-- key, since its check would wait for the lock of an account that is busy.
CREATE TABLE seals (
  account_id       BINARY(16)      NOT NULL,
  -- A seal has one successor, whoever makes it.
  after_sequence   BIGINT          NOT NULL,
  up_to_sequence   BIGINT          NOT NULL,
  -- The first 8 bytes of the hash of each entry, so that the first one that differs is known by its number.
  marks            VARBINARY(4096) NOT NULL,
  -- The hash of the last entry, which holds all before it.
  seal             BINARY(32)      NOT NULL,
  sealed_at_micros BIGINT          NOT NULL,
  PRIMARY KEY (account_id, after_sequence),
  CONSTRAINT seals_range CHECK (after_sequence >= 0 AND up_to_sequence > after_sequence)
) ENGINE = InnoDB;

CREATE TRIGGER seals_never_change BEFORE UPDATE ON seals FOR EACH ROW
  SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'seals are never changed';
CREATE TRIGGER seals_never_go BEFORE DELETE ON seals FOR EACH ROW
  SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'seals are never deleted';
