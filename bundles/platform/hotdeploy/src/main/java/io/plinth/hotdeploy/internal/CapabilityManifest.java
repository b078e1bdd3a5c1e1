package io.plinth.hotdeploy.internal;

import io.plinth.capability.CapabilityHeader;
import java.util.Arrays;
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
 */
record CapabilityManifest(String name, Set<String> paths) {
    private static final Pattern FORM =
            Pattern.compile("\\s*([a-z][a-z0-9-]{0,62})\\s*((?:;\\s*[a-z]{1,32}\\s*=\\s*\"[^\"]{0,1000}\"\\s*){1,16})");
    private static final Pattern PATHS =
            Pattern.compile(";\\s*" + CapabilityHeader.PATHS + "\\s*=\\s*\"([^\"]*)\"");
    private static final Pattern PATH = Pattern.compile("(/[A-Za-z0-9._~-]+)+");

    CapabilityManifest {
        paths = Set.copyOf(paths);
        for (String path : paths) {
            if (!PATH.matcher(path).matches()) {
                throw new IllegalArgumentException(CapabilityHeader.NAME + ": \"" + path
                        + "\" is no public path; it starts with a slash and ends without one");
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
        Matcher attribute = PATHS.matcher(matcher.group(2));
        if (!attribute.find()) {
            throw new IllegalArgumentException(CapabilityHeader.NAME + ": names no path");
        }
        Set<String> paths = Arrays.stream(attribute.group(1).split(",", 64))
                .map(String::strip)
                .collect(Collectors.toUnmodifiableSet());
        return Optional.of(new CapabilityManifest(matcher.group(1), paths));
    }
}
