-- The *_key columns hold what makes a username or an e-mail unique: normalised, without case. They are compared byte by
-- byte, since the collations of two servers could differ in what they take for equal. Times are microseconds since 1970,
-- which no time zone of a server or driver can shift.
CREATE TABLE users (
  id                CHAR(36)     CHARACTER SET ascii   COLLATE ascii_bin         NOT NULL,
  username          VARCHAR(64)  CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin NOT NULL,
  username_key      VARCHAR(255) CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin NOT NULL,
  email             VARCHAR(254) CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin NOT NULL,
  email_key         VARCHAR(512) CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin NOT NULL,
  display_name      VARCHAR(100) CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin NULL,
  password_hash     VARCHAR(255) CHARACTER SET ascii   COLLATE ascii_bin         NULL,
  roles             VARCHAR(100) CHARACTER SET ascii   COLLATE ascii_bin         NOT NULL,
  status            VARCHAR(20)  CHARACTER SET ascii   COLLATE ascii_bin         NOT NULL,
  created_at_micros BIGINT       NOT NULL,
  updated_at_micros BIGINT       NOT NULL,
  version           BIGINT       NOT NULL,
  PRIMARY KEY (id),
  UNIQUE KEY users_username_key (username_key),
  UNIQUE KEY users_email_key (email_key)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin;
