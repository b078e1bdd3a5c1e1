package io.plinth.rest.internal.http;

import io.plinth.rest.internal.http.MethodGuard.Access;
import io.plinth.security.Role;
import java.lang.reflect.AnnotatedElement;
import java.lang.reflect.Method;
import java.util.Optional;
import java.util.Set;
import javax.annotation.security.DenyAll;
import javax.annotation.security.PermitAll;
import javax.annotation.security.RolesAllowed;
import javax.ws.rs.Path;
import org.jspecify.annotations.Nullable;

/** What the annotations of a resource method say. */
public final class ResourceMethods {
    private ResourceMethods() {}

    /** Route of a method: paths of class and method, joined, without the patterns of parameters. */
    public static String template(Class<?> resource, Method method) {
        String joined = '/' + path(resource.getAnnotation(Path.class)) + '/' + path(method.getAnnotation(Path.class));
        String template = withoutPatterns(joined).replaceAll("/{2,}", "/");
        return template.length() > 1 && template.endsWith("/")
                ? template.substring(0, template.length() - 1)
                : template;
    }

    /** Roles that may call a method; empty when everybody may. Saying nothing means {@code admin} alone. */
    public static Optional<Set<String>> roles(Class<?> resource, Method method) {
        Access access = access(resource, method);
        return access.isPublic() ? Optional.empty() : Optional.of(access.roles());
    }

    static Access access(Class<?> resource, Method method) {
        Access own = access(method);
        if (own == null) {
            own = access(resource);
        }
        return own == null ? new Access(false, Set.of(Role.ADMIN_NAME)) : own;
    }

    private static @Nullable Access access(AnnotatedElement element) {
        if (element.isAnnotationPresent(DenyAll.class)) {
            return new Access(false, Set.of());
        }
        RolesAllowed allowed = element.getAnnotation(RolesAllowed.class);
        if (allowed != null) {
            return new Access(false, Set.of(allowed.value()));
        }
        return element.isAnnotationPresent(PermitAll.class) ? new Access(true, Set.of()) : null;
    }

    private static String path(@Nullable Path path) {
        return path == null ? "" : path.value();
    }

    /** Patterns may have braces of their own, so that no regular expression finds their end. */
    private static String withoutPatterns(String path) {
        StringBuilder template = new StringBuilder();
        int depth = 0;
        boolean inPattern = false;
        for (int i = 0; i < path.length(); i++) {
            char c = path.charAt(i);
            if (c == '{') {
                depth++;
            }
            if (c == ':' && depth == 1) {
                inPattern = true;
            }
            if (c == '}' && --depth == 0) {
                inPattern = false;
            }
            if (!inPattern && !(depth > 0 && Character.isWhitespace(c))) {
                template.append(c);
            }
        }
        return template.toString();
    }
}
