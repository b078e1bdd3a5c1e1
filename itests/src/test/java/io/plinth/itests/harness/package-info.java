/** What the tests stand on: the distribution as a process, clients of it, and bounded waits. */
@NullMarked
package io.plinth.itests.harness;

import org.jspecify.annotations.NullMarked;
