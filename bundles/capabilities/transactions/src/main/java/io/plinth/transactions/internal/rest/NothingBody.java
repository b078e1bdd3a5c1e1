package io.plinth.transactions.internal.rest;

/** Body of {@code POST /transactions/{id}/void}: an object without members, for clients that cannot leave it out. */
public record NothingBody() {}
