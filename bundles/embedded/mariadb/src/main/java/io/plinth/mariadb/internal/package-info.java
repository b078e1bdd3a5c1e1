/** The embedded MariaDB: a child process that lives and dies with this server. */
@NullMarked
package io.plinth.mariadb.internal;

import org.jspecify.annotations.NullMarked;
