package io.plinth.transactions.internal;

import java.util.List;

/**
 * What is decided as a whole.
 *
 * @param commands one, whose refusal is stored; or those of an atomic batch
 * @param isAtomic whether nothing at all is written when one of the commands is refused, not even its refusal
 */
record Unit(List<Command> commands, boolean isAtomic) {
    Unit {
        commands = List.copyOf(commands);
        if (commands.isEmpty() || (!isAtomic && commands.size() > 1)) {
            throw new IllegalArgumentException("a unit has one command, or at least one when it is atomic");
        }
    }

    static Unit of(Command command) {
        return new Unit(List.of(command), false);
    }

    long bytes() {
        return commands.stream().mapToLong(Command::bytes).sum();
    }
}
