package io.plinth.transactions.internal;

/** An idempotency key and the client that it belongs to. */
record AnswerKey(String clientId, String key) {}
