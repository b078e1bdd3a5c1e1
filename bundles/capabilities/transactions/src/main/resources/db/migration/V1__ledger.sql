-- The ledger. What must never be is refused by the database itself, whatever the server believes: see docs/adr on the ledger.
-- Ids are UUIDs in 16 bytes. Amounts are minor units. Times are microseconds since 1970, which no time zone can shift.

CREATE TABLE accounts (
  id                BINARY(16)   NOT NULL,
  owner_id          BINARY(16)   NOT NULL,
  currency          CHAR(3)      CHARACTER SET ascii   COLLATE ascii_bin         NOT NULL,
  name              VARCHAR(100) CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin NULL,
  status            VARCHAR(10)  CHARACTER SET ascii   COLLATE ascii_bin         NOT NULL,
  posted_debits     BIGINT       NOT NULL DEFAULT 0,
  posted_credits    BIGINT       NOT NULL DEFAULT 0,
  -- Open holds that debit, and that would credit, the account.
  pending_debits    BIGINT       NOT NULL DEFAULT 0,
  pending_credits   BIGINT       NOT NULL DEFAULT 0,
  -- NULL: unlimited.
  overdraft_limit   BIGINT       NULL,
  last_sequence     BIGINT       NOT NULL DEFAULT 0,
  created_at_micros BIGINT       NOT NULL,
  PRIMARY KEY (id),
  -- What transactions refer to, so that the currency of both accounts is theirs.
  UNIQUE KEY accounts_currency (id, currency),
  KEY accounts_owner (owner_id, id),
  CONSTRAINT accounts_sums CHECK (posted_debits >= 0 AND posted_credits >= 0 AND pending_debits >= 0
    AND pending_credits >= 0 AND last_sequence >= 0),
  CONSTRAINT accounts_limit CHECK (overdraft_limit IS NULL OR overdraft_limit BETWEEN 0 AND 9007199254740991),
  -- The overdraft: no debit and no hold beyond what is available. In this form nothing leaves 64 bits.
  CONSTRAINT accounts_overdraft CHECK (overdraft_limit IS NULL
    OR posted_credits - posted_debits >= pending_debits - overdraft_limit),
  CONSTRAINT accounts_closed CHECK (status = 'open'
    OR (posted_credits = posted_debits AND pending_debits = 0 AND pending_credits = 0))
) ENGINE = InnoDB;

-- Append-only.
CREATE TABLE transactions (
  id                BINARY(16)   NOT NULL,
  kind              VARCHAR(10)  CHARACTER SET ascii   COLLATE ascii_bin         NOT NULL,
  debit_account_id  BINARY(16)   NOT NULL,
  credit_account_id BINARY(16)   NOT NULL,
  -- Owners of the accounts, who never change: what concerns one user is then one range of an index.
  debit_owner_id    BINARY(16)   NOT NULL,
  credit_owner_id   BINARY(16)   NOT NULL,
  amount            BIGINT       NOT NULL,
  currency          CHAR(3)      CHARACTER SET ascii   COLLATE ascii_bin         NOT NULL,
  related_to        BINARY(16)   NULL,
  reference         VARCHAR(255) CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin NULL,
  metadata          MEDIUMTEXT   CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin NULL,
  -- NULL: the server itself.
  initiator_client  VARCHAR(255) CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin NULL,
  initiator_user_id BINARY(16)   NULL,
  expires_at_micros BIGINT       NULL,
  created_at_micros BIGINT       NOT NULL,
  -- The hold that it ends. Unique, so a hold ends once.
  resolves          BINARY(16)   GENERATED ALWAYS AS
    (CASE WHEN kind IN ('capture', 'void', 'expiry') THEN related_to END) VIRTUAL,
  PRIMARY KEY (id),
  UNIQUE KEY transactions_resolves (resolves),
  KEY transactions_debit (debit_account_id, currency, created_at_micros),
  KEY transactions_credit (credit_account_id, currency, created_at_micros),
  KEY transactions_debit_owner (debit_owner_id, created_at_micros),
  KEY transactions_credit_owner (credit_owner_id, created_at_micros),
  KEY transactions_related (related_to),
  KEY transactions_reference (reference, created_at_micros),
  KEY transactions_kind (kind, created_at_micros),
  KEY transactions_created (created_at_micros),
  CONSTRAINT transactions_of_debit_account FOREIGN KEY (debit_account_id, currency) REFERENCES accounts (id, currency),
  CONSTRAINT transactions_of_credit_account FOREIGN KEY (credit_account_id, currency) REFERENCES accounts (id, currency),
  CONSTRAINT transactions_of_original FOREIGN KEY (related_to) REFERENCES transactions (id),
  CONSTRAINT transactions_amount CHECK (amount BETWEEN 1 AND 9007199254740991),
  CONSTRAINT transactions_two_accounts CHECK (debit_account_id <> credit_account_id),
  CONSTRAINT transactions_kinds CHECK (kind IN ('transfer', 'hold', 'capture', 'void', 'reversal', 'expiry')),
  CONSTRAINT transactions_originals CHECK ((kind IN ('transfer', 'hold')) = (related_to IS NULL))
) ENGINE = InnoDB;

-- Append-only: the statements. The primary key makes two entries of one number impossible.
CREATE TABLE entries (
  account_id     BINARY(16)  NOT NULL,
  sequence       BIGINT      NOT NULL,
  transaction_id BINARY(16)  NOT NULL,
  direction      VARCHAR(6)  CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  amount         BIGINT      NOT NULL,
  balance_after  BIGINT      NOT NULL,
  at_micros      BIGINT      NOT NULL,
  PRIMARY KEY (account_id, sequence),
  -- One debit and one credit a transaction, at most.
  UNIQUE KEY entries_transaction (transaction_id, direction),
  KEY entries_at (account_id, at_micros),
  CONSTRAINT entries_of_account FOREIGN KEY (account_id) REFERENCES accounts (id),
  CONSTRAINT entries_of_transaction FOREIGN KEY (transaction_id) REFERENCES transactions (id),
  CONSTRAINT entries_amount CHECK (amount > 0 AND sequence > 0),
  CONSTRAINT entries_direction CHECK (direction IN ('debit', 'credit'))
) ENGINE = InnoDB;

-- The holds that are open: what reserves money now, and what is to expire.
CREATE TABLE open_holds (
  hold_id           BINARY(16) NOT NULL,
  debit_account_id  BINARY(16) NOT NULL,
  credit_account_id BINARY(16) NOT NULL,
  amount            BIGINT     NOT NULL,
  expires_at_micros BIGINT     NULL,
  PRIMARY KEY (hold_id),
  KEY open_holds_expiry (expires_at_micros),
  KEY open_holds_debit (debit_account_id),
  KEY open_holds_credit (credit_account_id),
  CONSTRAINT open_holds_of_transaction FOREIGN KEY (hold_id) REFERENCES transactions (id),
  CONSTRAINT open_holds_amount CHECK (amount > 0)
) ENGINE = InnoDB;

-- How much of a transfer or capture was reversed.
CREATE TABLE reversed_sums (
  transaction_id  BINARY(16) NOT NULL,
  original_amount BIGINT     NOT NULL,
  reversed_amount BIGINT     NOT NULL,
  PRIMARY KEY (transaction_id),
  CONSTRAINT reversed_sums_of_transaction FOREIGN KEY (transaction_id) REFERENCES transactions (id),
  CONSTRAINT reversed_sums_bound CHECK (reversed_amount BETWEEN 1 AND original_amount)
) ENGINE = InnoDB;

-- The answer that belongs to a key of a client: a transaction, or a refusal. What a transaction looked like at first follows
-- from its row, so nothing of it is repeated here.
CREATE TABLE idempotency_keys (
  client_id         VARCHAR(255) CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin NOT NULL,
  idempotency_key   VARCHAR(255) CHARACTER SET ascii   COLLATE ascii_nopad_bin   NOT NULL,
  request_hash      BINARY(32)   NOT NULL,
  transaction_id    BINARY(16)   NULL,
  refusal_name      VARCHAR(64)  CHARACTER SET ascii   COLLATE ascii_bin         NULL,
  refusal_status    SMALLINT     NULL,
  refusal_title     VARCHAR(100) CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin NULL,
  refusal_detail    VARCHAR(500) CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin NULL,
  -- One a line: field, tabulator, message.
  refusal_errors    VARCHAR(1000) CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin NULL,
  created_at_micros BIGINT       NOT NULL,
  PRIMARY KEY (client_id, idempotency_key),
  KEY idempotency_keys_created (created_at_micros),
  CONSTRAINT idempotency_keys_of_transaction FOREIGN KEY (transaction_id) REFERENCES transactions (id),
  CONSTRAINT idempotency_keys_answer CHECK ((transaction_id IS NULL) <> (refusal_name IS NULL))
) ENGINE = InnoDB;

CREATE TRIGGER transactions_never_change BEFORE UPDATE ON transactions FOR EACH ROW
  SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'transactions are never changed; add a reversal';
CREATE TRIGGER transactions_never_go BEFORE DELETE ON transactions FOR EACH ROW
  SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'transactions are never deleted; add a reversal';
CREATE TRIGGER entries_never_change BEFORE UPDATE ON entries FOR EACH ROW
  SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'entries are never changed; add a reversal';
CREATE TRIGGER entries_never_go BEFORE DELETE ON entries FOR EACH ROW
  SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'entries are never deleted; add a reversal';
