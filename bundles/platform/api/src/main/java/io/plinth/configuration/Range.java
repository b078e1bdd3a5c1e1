package io.plinth.configuration;

/**
 * Refuses a configured number that is out of range, in one line for whoever has to mend it.
 *
 * <p>For bundles that must not even begin with a wrong number. For all others it is enough to say {@code min} and {@code max}
 * in the {@code @AttributeDefinition}: the platform compares every configuration with what its bundle declares.
 */
public final class Range {
    private Range() {}

    /**
     * Checks one number.
     *
     * @param pid of the configuration; it names the file too
     * @return {@code value}
     * @throws IllegalArgumentException naming file, key, value and range
     */
    public static int check(String pid, String key, int value, int min, int max) {
        return Math.toIntExact(check(pid, key, (long) value, min, max));
    }

    /** The same for a long. */
    public static long check(String pid, String key, long value, long min, long max) {
        if (value < min || value > max) {
            throw new IllegalArgumentException(
                    "etc/" + pid + ".cfg: " + key + " is " + value + " but must be from " + min + " to " + max);
        }
        return value;
    }
}
