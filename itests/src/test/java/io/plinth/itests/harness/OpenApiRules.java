package io.plinth.itests.harness;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** What a linter of OpenAPI documents would say, and whether an answer is what its schema says. */
public final class OpenApiRules {
    private static final Set<String> VERBS = Set.of("get", "put", "post", "delete", "options", "head", "patch");
    private static final String SCHEMAS = "#/components/schemas/";

    private final JsonNode api;
    private final List<String> complaints = new ArrayList<>();
    private final Set<String> operationIds = new HashSet<>();
    private final Set<String> tags = new HashSet<>();

    private OpenApiRules(JsonNode api) {
        this.api = api;
    }

    /** One line for each thing that is wrong. */
    public static List<String> complaints(JsonNode api) {
        OpenApiRules rules = new OpenApiRules(api);
        api.path("tags").forEach(tag -> rules.tags.add(tag.path("name").asText()));
        api.path("paths")
                .properties()
                .forEach(path -> path.getValue().properties().forEach(operation -> {
                    if (VERBS.contains(operation.getKey())) {
                        rules.checkOperation(operation.getKey() + " " + path.getKey(), operation.getValue());
                    }
                }));
        rules.checkComponents();
        return rules.complaints;
    }

    private void check(boolean isRight, String where, String what) {
        if (!isRight) {
            complaints.add(where + ": " + what);
        }
    }

    private void checkOperation(String where, JsonNode operation) {
        String id = operation.path("operationId").asText();
        check(!id.isBlank(), where, "no operationId");
        check(operationIds.add(id), where, "operationId " + id + " is not its own");
        check(!operation.path("summary").asText().isBlank(), where, "no summary");
        check(operation.path("tags").size() > 0, where, "no tag");
        operation
                .path("tags")
                .forEach(tag -> check(tags.contains(tag.asText()), where, "tag " + tag.asText() + " is not declared"));
        check(operation.has("security"), where, "does not say who may call it");
        checkResponses(where, operation);
        for (JsonNode parameter : operation.path("parameters")) {
            String name = where + ", parameter " + parameter.path("name").asText();
            check(parameter.has("schema"), name, "no schema");
            check(!parameter.path("description").asText().isBlank(), name, "no description");
        }
    }

    private void checkResponses(String where, JsonNode operation) {
        JsonNode responses = operation.path("responses");
        Set<String> statuses = new TreeSet<>();
        responses.fieldNames().forEachRemaining(statuses::add);
        check(statuses.stream().anyMatch(status -> status.matches("2..")), where, "no 2xx response");
        for (String needed : neededRefusals(operation)) {
            check(statuses.contains(needed), where, "no " + needed + " response");
        }
        responses.properties().forEach(response -> {
            boolean isDescribed = response.getValue().has("$ref")
                    || !response.getValue().path("description").asText().isBlank();
            check(isDescribed, where, "response " + response.getKey() + " has no description");
        });
    }

    private static Set<String> neededRefusals(JsonNode operation) {
        Set<String> needed = new TreeSet<>();
        if (operation.path("security").size() > 0) {
            needed.addAll(List.of("401", "403"));
        }
        if (operation.has("requestBody")) {
            needed.addAll(List.of("400", "413", "415"));
        }
        for (JsonNode parameter : operation.path("parameters")) {
            needed.add(parameter.path("in").asText().equals("path") ? "404" : "400");
            if (parameter.path("name").asText().equals("If-Match")) {
                needed.add("412");
            }
        }
        return needed;
    }

    private void checkComponents() {
        Set<String> used = new HashSet<>();
        references(api, used);
        api.path("components").properties().forEach(kind -> {
            if (!kind.getKey().equals("securitySchemes")) {
                kind.getValue()
                        .fieldNames()
                        .forEachRemaining(name -> check(
                                used.contains("#/components/" + kind.getKey() + "/" + name),
                                "components/" + kind.getKey(),
                                name + " is not used"));
            }
        });
        used.forEach(reference -> check(!api.at(reference.substring(1)).isMissingNode(), reference, "leads nowhere"));
    }

    private static void references(JsonNode node, Set<String> found) {
        if (node.path("$ref").isTextual()) {
            found.add(node.path("$ref").asText());
        }
        node.forEach(child -> references(child, found));
    }

    /** Where an answer is not what the schema says: members not described, and null where that is not allowed. */
    public static List<String> differences(JsonNode api, JsonNode schema, JsonNode answer, String where) {
        JsonNode resolved = resolve(api, schema);
        List<String> found = new ArrayList<>();
        if (resolved.isMissingNode()) {
            found.add(where + ": no schema");
        } else if (answer.isNull()) {
            if (!schema.path("nullable").asBoolean()
                    && !resolved.path("nullable").asBoolean()) {
                found.add(where + ": is null, but not described as nullable");
            }
        } else if (answer.isArray()) {
            for (JsonNode item : answer) {
                found.addAll(differences(api, resolved.path("items"), item, where + "[]"));
            }
        } else if (answer.isObject()) {
            answer.properties()
                    .forEach(member -> found.addAll(differences(
                            api,
                            resolved.path("properties").path(member.getKey()),
                            member.getValue(),
                            where + "." + member.getKey())));
        }
        return found;
    }

    private static JsonNode resolve(JsonNode api, JsonNode schema) {
        if (schema.path("$ref").asText().startsWith(SCHEMAS)) {
            return api.at(schema.path("$ref").asText().substring(1));
        }
        return schema.path("allOf").size() == 1
                ? resolve(api, schema.path("allOf").get(0))
                : schema;
    }
}
