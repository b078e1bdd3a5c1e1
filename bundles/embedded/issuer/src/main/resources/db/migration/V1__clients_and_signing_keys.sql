CREATE TABLE oauth_clients (
  id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  name VARCHAR(100) CHARACTER SET utf8mb4 NOT NULL,
  secret_hash VARCHAR(255) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  roles VARCHAR(100) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  user_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NULL,
  created_at DATETIME(6) NOT NULL,
  deleted_at DATETIME(6) NULL,
  PRIMARY KEY (id)
) ENGINE = InnoDB;

CREATE TABLE oauth_signing_keys (
  id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  public_jwk VARCHAR(2000) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  private_jwk_encrypted VARBINARY(4000) NOT NULL,
  created_at DATETIME(6) NOT NULL,
  PRIMARY KEY (id)
) ENGINE = InnoDB;

-- One row that is locked while a signing key is made, so that two servers do not make two.
CREATE TABLE oauth_signing_key_lock (
  id TINYINT NOT NULL,
  PRIMARY KEY (id)
) ENGINE = InnoDB;

INSERT INTO oauth_signing_key_lock (id) VALUES (1);
