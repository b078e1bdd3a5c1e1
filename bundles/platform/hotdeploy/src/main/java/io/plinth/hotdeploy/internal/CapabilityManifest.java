package io.plinth.hotdeploy.internal;

import io.plinth.capability.CapabilityHeader;
import io.plinth.gateway.Gate;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What the header {@code Plinth-Capability} of a bundle says.
 *
 * @param name of the slot
 * @param paths public paths, each starting with a slash
 * @param unless framework property that switches the capability off
 * @param isPlatform whether it is a part of the platform, which is changed with the server only
 * @param bodyBytesMax largest request body, in bytes; 0 for the limit of the gate
 * @param probes what is asked of it before it serves: public paths below {@code paths}, with or without a query
 */
public record CapabilityManifest(
        String name,
        Set<String> paths,
        Optional<String> unless,
        boolean isPlatform,
        long bodyBytesMax,
        List<String> probes) {
    private static final Pattern FORM = Pattern.compile(
            "\\s*([a-z][a-z0-9-]{0,62})\\s*((?:;\\s*[a-zA-Z]{1,32}\\s*=\\s*\"[^\"]{0,1000}\"\\s*){1,16})");
    private static final Pattern ATTRIBUTE = Pattern.compile(";\\s*([a-zA-Z]{1,32})\\s*=\\s*\"([^\"]*)\"");
    private static final Set<String> ATTRIBUTES = Set.of(
            CapabilityHeader.PATHS,
            CapabilityHeader.EVENTS,
            CapabilityHeader.UNLESS,
            CapabilityHeader.PART,
            CapabilityHeader.BODY_BYTES_MAX,
            CapabilityHeader.PROBE);
    private static final int LIST_MAX = 64;
    private static final Pattern DOT_SEGMENT = Pattern.compile("/\\.{1,2}(/|$)");
    private static final Pattern PATH = Pattern.compile("(/[A-Za-z0-9._~-]+)+");
    private static final Pattern QUERY = Pattern.compile("[A-Za-z0-9._~=&-]{1,200}");
    private static final Pattern BYTES = Pattern.compile("[1-9][0-9]{0,9}");

    public CapabilityManifest {
        paths = Set.copyOf(paths);
        for (String path : paths) {
            check(path);
        }
        if (paths.isEmpty()) {
            throw wrong("names no path");
        }
        probes = List.copyOf(probes);
        for (String probe : probes) {
            int query = probe.indexOf('?');
            String asked = query < 0 ? probe : probe.substring(0, query);
            check(asked);
            if (query >= 0 && !QUERY.matcher(probe.substring(query + 1)).matches()) {
                throw wrong("the query of the probe \"" + probe + "\" has more than letters, digits and - . _ ~ = &");
            }
            if (paths.stream().noneMatch(path -> (asked + "/").startsWith(path + "/"))) {
                throw wrong("the probe \"" + probe + "\" is not below one of its paths");
            }
        }
    }

    private static void check(String path) {
        if (!PATH.matcher(path).matches() || DOT_SEGMENT.matcher(path).find()) {
            throw wrong("\"" + path + "\" is no public path; it starts with a slash and ends without one");
        }
        if ((path + "/").startsWith(Gate.INTERNAL_PREFIX)) {
            throw wrong("\"" + path + "\" lies below the internal addresses");
        }
    }

    /**
     * Parses the header.
     *
     * @return empty when there is none
     * @throws IllegalArgumentException saying what is wrong with it
     */
    public static Optional<CapabilityManifest> parse(@Nullable String header) {
        if (header == null) {
            return Optional.empty();
        }
        Matcher matcher = FORM.matcher(header);
        if (!matcher.matches()) {
            throw wrong("\"" + header + "\" is not of the form name;paths=\"/api/v1/name\"");
        }
        Map<String, String> attributes = attributes(matcher.group(2));
        Set<String> paths =
                list(attributes.getOrDefault(CapabilityHeader.PATHS, "")).collect(Collectors.toSet());
        String probes = attributes.get(CapabilityHeader.PROBE);
        String bytes = attributes.getOrDefault(CapabilityHeader.BODY_BYTES_MAX, "0");
        if (!bytes.equals("0") && !BYTES.matcher(bytes).matches()) {
            throw wrong(CapabilityHeader.BODY_BYTES_MAX + " \"" + bytes + "\" is no number of bytes");
        }
        return Optional.of(new CapabilityManifest(
                matcher.group(1),
                paths,
                Optional.ofNullable(attributes.get(CapabilityHeader.UNLESS)),
                CapabilityHeader.PLATFORM.equals(attributes.get(CapabilityHeader.PART)),
                Long.parseLong(bytes),
                probes == null ? List.of() : list(probes).toList()));
    }

    private static Stream<String> list(String text) {
        return Arrays.stream(text.split(",", LIST_MAX)).map(String::strip);
    }

    private static Map<String, String> attributes(String text) {
        Map<String, String> attributes = new HashMap<>();
        Matcher attribute = ATTRIBUTE.matcher(text);
        while (attribute.find()) {
            if (!ATTRIBUTES.contains(attribute.group(1))) {
                throw wrong("there is no attribute \"" + attribute.group(1) + "\"");
            }
            if (attributes.put(attribute.group(1), attribute.group(2)) != null) {
                throw wrong("\"" + attribute.group(1) + "\" is there twice");
            }
        }
        return attributes;
    }

    private static IllegalArgumentException wrong(String what) {
        return new IllegalArgumentException(CapabilityHeader.NAME + ": " + what);
    }
}
