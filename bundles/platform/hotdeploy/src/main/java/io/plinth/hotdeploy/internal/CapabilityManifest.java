package io.plinth.hotdeploy.internal;

import io.plinth.capability.CapabilityHeader;
import io.plinth.gateway.Gate;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What the header {@code Plinth-Capability} of a bundle says.
 *
 * @param name of the slot
 * @param paths public paths, each starting with a slash
 * @param unless framework property that switches the capability off
 */
record CapabilityManifest(String name, Set<String> paths, Optional<String> unless) {
    private static final Pattern FORM =
            Pattern.compile("\\s*([a-z][a-z0-9-]{0,62})\\s*((?:;\\s*[a-z]{1,32}\\s*=\\s*\"[^\"]{0,1000}\"\\s*){1,16})");
    private static final Pattern ATTRIBUTE = Pattern.compile(";\\s*([a-z]{1,32})\\s*=\\s*\"([^\"]*)\"");
    private static final Pattern DOT_SEGMENT = Pattern.compile("/\\.{1,2}(/|$)");
    private static final Pattern PATH = Pattern.compile("(/[A-Za-z0-9._~-]+)+");

    CapabilityManifest {
        paths = Set.copyOf(paths);
        for (String path : paths) {
            if (!PATH.matcher(path).matches() || DOT_SEGMENT.matcher(path).find()) {
                throw new IllegalArgumentException(CapabilityHeader.NAME + ": \"" + path
                        + "\" is no public path; it starts with a slash and ends without one");
            }
            if ((path + "/").startsWith(Gate.INTERNAL_PREFIX)) {
                throw new IllegalArgumentException(
                        CapabilityHeader.NAME + ": \"" + path + "\" lies below the internal addresses");
            }
        }
        if (paths.isEmpty()) {
            throw new IllegalArgumentException(CapabilityHeader.NAME + ": names no path");
        }
    }

    /**
     * Parses the header.
     *
     * @return empty when there is none
     * @throws IllegalArgumentException saying what is wrong with it
     */
    static Optional<CapabilityManifest> parse(@Nullable String header) {
        if (header == null) {
            return Optional.empty();
        }
        Matcher matcher = FORM.matcher(header);
        if (!matcher.matches()) {
            throw new IllegalArgumentException(
                    CapabilityHeader.NAME + ": \"" + header + "\" is not of the form name;paths=\"/api/v1/name\"");
        }
        Map<String, String> attributes = new HashMap<>();
        Matcher attribute = ATTRIBUTE.matcher(matcher.group(2));
        while (attribute.find()) {
            if (attributes.put(attribute.group(1), attribute.group(2)) != null) {
                throw new IllegalArgumentException(
                        CapabilityHeader.NAME + ": \"" + attribute.group(1) + "\" is there twice");
            }
        }
        Set<String> paths = Arrays.stream(
                        attributes.getOrDefault(CapabilityHeader.PATHS, "").split(",", 64))
                .map(String::strip)
                .collect(Collectors.toUnmodifiableSet());
        return Optional.of(new CapabilityManifest(
                matcher.group(1), paths, Optional.ofNullable(attributes.get(CapabilityHeader.UNLESS))));
    }
}
