package io.plinth.hotdeploy.internal.explain;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.osgi.framework.Version;

/**
 * What the filter of a requirement asks for.
 *
 * @param name value of the attribute that is named like the namespace
 * @param range of versions, as it is written in a manifest, such as {@code [1.0,2)}; empty for any version
 */
record RequirementFilter(String name, String range) {
    private static final Pattern FLOOR = version("\\(%s>=([^()]+)\\)");
    private static final Pattern FLOOR_OPEN = version("\\(!\\(%s<=([^()]+)\\)\\)");
    private static final Pattern CEILING = version("\\(%s<=([^()]+)\\)");
    private static final Pattern CEILING_OPEN = version("\\(!\\(%s>=([^()]+)\\)\\)");
    private static final Pattern EXACT = version("\\(%s=([^()]+)\\)");

    private static Pattern version(String form) {
        return Pattern.compile(form.formatted("(?:version|bundle-version)"));
    }

    /** Empty when the filter is of another form than tools write it. */
    static Optional<RequirementFilter> parse(String namespace, @Nullable String filter) {
        if (filter == null) {
            return Optional.empty();
        }
        String name = group(Pattern.compile("\\(" + Pattern.quote(namespace) + "=([^()]+)\\)"), filter);
        return name == null ? Optional.empty() : Optional.of(new RequirementFilter(name, range(filter)));
    }

    private static String range(String filter) {
        String exact = group(EXACT, filter);
        if (exact != null) {
            return shortened(exact, 1);
        }
        String ceilingOpen = group(CEILING_OPEN, filter);
        String floorOpen = group(FLOOR_OPEN, filter);
        String negated = filter.replaceAll("\\(!\\([^()]*\\)\\)", "");
        String floor = group(FLOOR, negated);
        String ceiling = group(CEILING, negated);
        String low = floor == null ? floorOpen : floor;
        String high = ceiling == null ? ceilingOpen : ceiling;
        if (high == null) {
            return low == null || isZero(low) ? "" : shortened(low, 2) + " or higher";
        }
        return (floorOpen == null ? "[" : "(")
                + (low == null ? "0" : shortened(low, 2))
                + ","
                + shortened(high, 1)
                + (ceilingOpen == null ? "]" : ")");
    }

    private static boolean isZero(String version) {
        return version.chars().allMatch(digit -> digit == '0' || digit == '.');
    }

    /** Leaves out zeros at the end, down to so many parts, as people write versions. */
    private static String shortened(String version, int partsMin) {
        String text = version.strip();
        try {
            Version parsed = Version.parseVersion(text);
            if (!parsed.getQualifier().isEmpty() || parsed.getMicro() != 0) {
                return parsed.toString();
            }
            return parsed.getMinor() == 0 && partsMin == 1
                    ? String.valueOf(parsed.getMajor())
                    : parsed.getMajor() + "." + parsed.getMinor();
        } catch (IllegalArgumentException noVersion) {
            return text;
        }
    }

    private static @Nullable String group(Pattern pattern, String text) {
        Matcher matcher = pattern.matcher(text);
        return matcher.find() ? matcher.group(1) : null;
    }

    /** The name and the range, as in {@code io.plinth.tx [1.0,2)}. */
    @Override
    public String toString() {
        return range.isEmpty() ? name : name + " " + range;
    }
}
