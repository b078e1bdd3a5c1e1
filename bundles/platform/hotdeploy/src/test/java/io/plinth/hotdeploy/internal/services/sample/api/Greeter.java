package io.plinth.hotdeploy.internal.services.sample.api;

import java.util.function.Supplier;

/** A service of a capability; a supplier, so that a test outside of the framework can call it. */
public interface Greeter extends Supplier<String> {
    default String politely() {
        return "Dear reader, " + get();
    }
}
