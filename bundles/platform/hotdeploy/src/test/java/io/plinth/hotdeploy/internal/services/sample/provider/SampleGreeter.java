package io.plinth.hotdeploy.internal.services.sample.provider;

import io.plinth.hotdeploy.internal.services.sample.api.Greeter;
import java.util.function.Supplier;

/** Greets as the test says. */
public final class SampleGreeter implements Greeter, Hidden {
    private final Supplier<String> greeting;

    public SampleGreeter(Supplier<String> greeting) {
        this.greeting = greeting;
    }

    @Override
    public String get() {
        return greeting.get();
    }
}
