package io.plinth.transactions.internal;

import io.plinth.transactions.Initiator;
import io.plinth.transactions.KeyedRequest;
import io.plinth.transactions.TransactionRequest;
import io.plinth.transactions.TransactionRequest.Capture;
import io.plinth.transactions.TransactionRequest.Hold;
import io.plinth.transactions.TransactionRequest.Reversal;
import io.plinth.transactions.TransactionRequest.Transfer;
import io.plinth.transactions.TransactionRequest.Voiding;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** One thing to be decided and written. */
sealed interface Command {
    /** The transaction that it is about, if there is one of that id; empty for transfers and holds. */
    Optional<UUID> originalId();

    /** The accounts that it names itself. */
    Stream<UUID> accountIds();

    /** About how many bytes it occupies while it waits. */
    long bytes();

    /**
     * What a client asked for.
     *
     * @param userId of the initiator, if that is a user who can own accounts
     * @param arrivedAt what a time in the future is measured by
     */
    record FromClient(
            Initiator initiator,
            @Nullable UUID userId,
            String key,
            String requestHash,
            TransactionRequest request,
            Instant arrivedAt)
            implements Command {
        private static final long BYTES = 512;

        static FromClient of(Initiator initiator, KeyedRequest keyed, Instant arrivedAt) {
            UUID userId = initiator.userId().flatMap(TimeOrderedIds::parse).orElse(null);
            return new FromClient(
                    initiator,
                    userId,
                    keyed.key(),
                    RequestHash.of(initiator, keyed.request()),
                    keyed.request(),
                    arrivedAt);
        }

        AnswerKey answerKey() {
            return new AnswerKey(initiator.clientId(), key);
        }

        /** Whether it may see and do what concerns accounts of that owner. */
        boolean actsFor(UUID ownerId) {
            return initiator.actsForAll() || ownerId.equals(userId);
        }

        @Override
        public Optional<UUID> originalId() {
            if (request instanceof Capture capture) {
                return TimeOrderedIds.parse(capture.holdId());
            }
            if (request instanceof Voiding voiding) {
                return TimeOrderedIds.parse(voiding.holdId());
            }
            return request instanceof Reversal reversal
                    ? TimeOrderedIds.parse(reversal.transactionId())
                    : Optional.empty();
        }

        @Override
        public Stream<UUID> accountIds() {
            if (request instanceof Transfer transfer) {
                return ids(transfer.debitAccountId(), transfer.creditAccountId());
            }
            return request instanceof Hold hold ? ids(hold.debitAccountId(), hold.creditAccountId()) : Stream.of();
        }

        private static Stream<UUID> ids(String debit, String credit) {
            return Stream.of(debit, credit).map(TimeOrderedIds::parse).flatMap(Optional::stream);
        }

        @Override
        public long bytes() {
            String reference = null;
            String metadata = null;
            if (request instanceof Transfer transfer) {
                reference = transfer.reference();
                metadata = transfer.metadata();
            } else if (request instanceof Hold hold) {
                reference = hold.reference();
                metadata = hold.metadata();
            }
            return BYTES + 2L * (length(reference) + length(metadata));
        }

        private static int length(@Nullable String text) {
            return text == null ? 0 : text.length();
        }
    }

    /** The end of a hold whose time is over. */
    record Expire(UUID holdId) implements Command {
        private static final long BYTES = 64;

        @Override
        public Optional<UUID> originalId() {
            return Optional.of(holdId);
        }

        @Override
        public Stream<UUID> accountIds() {
            return Stream.of();
        }

        @Override
        public long bytes() {
            return BYTES;
        }
    }
}
