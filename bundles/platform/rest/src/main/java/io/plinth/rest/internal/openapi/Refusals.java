package io.plinth.rest.internal.openapi;

import io.plinth.rest.Answers;
import io.swagger.v3.oas.models.Operation;
import io.swagger.v3.oas.models.parameters.Parameter;
import java.lang.reflect.Method;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** With which statuses an operation refuses: what the platform does by itself, and what the method says of itself. */
final class Refusals {
    private static final Set<String> CHANGES_A_VERSION = Set.of("PATCH", "PUT");

    private Refusals() {}

    /** The statuses, from 400 to 499; the rest is the default answer. */
    static Set<Integer> of(Operation operation, Method method, String verb) {
        Set<Integer> statuses = new TreeSet<>();
        List<Parameter> parameters = operation.getParameters() == null ? List.of() : operation.getParameters();
        if (operation.getRequestBody() != null) {
            statuses.addAll(List.of(400, 413, 415));
        }
        if (operation.getSecurity() != null && !operation.getSecurity().isEmpty()) {
            statuses.addAll(List.of(401, 403));
        }
        for (Parameter parameter : parameters) {
            statuses.add("path".equals(parameter.getIn()) ? 404 : 400);
            if (parameter.getName().equals("If-Match")) {
                statuses.add(412);
                if (CHANGES_A_VERSION.contains(verb)) {
                    statuses.add(428);
                }
            }
        }
        @Nullable Answers answers = method.getAnnotation(Answers.class);
        if (answers != null) {
            for (int refusal : answers.refusals()) {
                statuses.add(refusal);
            }
        }
        // Every request may be one too many or ask for a form that there is not.
        statuses.add(406);
        return statuses;
    }
}
