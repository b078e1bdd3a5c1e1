package io.plinth.hotdeploy.internal.services.sample.provider;

/** An interface that only the provider has. */
public interface Hidden {}
