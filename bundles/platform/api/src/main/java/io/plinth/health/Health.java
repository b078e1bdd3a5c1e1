package io.plinth.health;

/**
 * Outcome of a check.
 *
 * @param up whether it is well
 * @param reason what is wrong, where, and what to do; shown to admins and monitors only, empty when up
 */
public record Health(boolean up, String reason) {
    public static final Health UP = new Health(true, "");

    public static Health down(String reason) {
        return new Health(false, reason);
    }
}
