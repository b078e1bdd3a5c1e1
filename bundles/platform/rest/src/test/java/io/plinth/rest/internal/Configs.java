package io.plinth.rest.internal;

import java.lang.reflect.Proxy;

/** Configuration as it is when nobody has written any. */
final class Configs {
    private Configs() {}

    static RestConfig restDefaults() {
        return (RestConfig) Proxy.newProxyInstance(
                RestConfig.class.getClassLoader(),
                new Class<?>[] {RestConfig.class},
                (proxy, method, arguments) -> method.getDefaultValue());
    }
}
