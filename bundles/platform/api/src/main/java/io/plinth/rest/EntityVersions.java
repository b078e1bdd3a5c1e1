package io.plinth.rest;

import io.plinth.problem.ProblemException;
import io.plinth.problem.ProblemType;
import javax.ws.rs.core.EntityTag;
import org.jspecify.annotations.Nullable;

/** Optimistic locking through strong entity tags (RFC 9110, section 8.8.3): version 7 is {@code "7"}. */
public final class EntityVersions {
    private EntityVersions() {}

    public static EntityTag tag(long version) {
        return new EntityTag(Long.toString(version));
    }

    /**
     * Checks {@code If-Match} against the current version.
     *
     * @throws ProblemException 428 when the header is missing, 412 when it names another version, 400 when it is ill-formed
     */
    public static void require(@Nullable String ifMatch, long version) {
        if (ifMatch == null) {
            throw ProblemException.of(
                    ProblemType.PRECONDITION_REQUIRED, "Send If-Match with the ETag of the version that you change.");
        }
        if (!matches(ifMatch, version)) {
            throw ProblemException.of(
                    ProblemType.PRECONDITION_FAILED, "The resource has changed since; read it again.");
        }
    }

    /** Whether a list of entity tags, or {@code *}, names this version. Weak tags never match. */
    public static boolean matches(String tags, long version) {
        if (tags.strip().equals("*")) {
            return true;
        }
        String wanted = '"' + Long.toString(version) + '"';
        for (String tag : tags.split(",", 64)) {
            if (tag.strip().equals(wanted)) {
                return true;
            }
        }
        return false;
    }

    /** Whether {@code If-None-Match} lets a GET be answered 304; compared weakly, as RFC 9110, section 13.1.2 says. */
    public static boolean isUnchanged(@Nullable String ifNoneMatch, long version) {
        return ifNoneMatch != null && matches(ifNoneMatch.replace("W/\"", "\""), version);
    }
}
