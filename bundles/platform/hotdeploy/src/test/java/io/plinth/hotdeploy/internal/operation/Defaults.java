package io.plinth.hotdeploy.internal.operation;

import java.lang.reflect.Proxy;

/** A configuration with nothing set. */
final class Defaults {
    private Defaults() {}

    static <A> A of(Class<A> type) {
        return type.cast(Proxy.newProxyInstance(
                type.getClassLoader(), new Class<?>[] {type}, (proxy, method, arguments) -> method.getDefaultValue()));
    }
}
