package io.plinth.rest.internal.http;

import java.lang.reflect.Method;
import javax.ws.rs.Priorities;
import javax.ws.rs.container.DynamicFeature;
import javax.ws.rs.container.ResourceInfo;
import javax.ws.rs.core.FeatureContext;

/** Puts a {@link MethodGuard} before every resource method. */
public final class GuardFeature implements DynamicFeature {
    @Override
    public void configure(ResourceInfo info, FeatureContext context) {
        Class<?> resource = info.getResourceClass();
        Method method = info.getResourceMethod();
        context.register(
                new MethodGuard(ResourceMethods.template(resource, method), ResourceMethods.access(resource, method)),
                Priorities.AUTHORIZATION);
    }
}
