package io.plinth.users.internal;

import io.plinth.problem.FieldError;
import io.plinth.problem.ProblemException;
import io.plinth.problem.ProblemType;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The errors that only users have. */
final class UserProblems {
    static final ProblemType USER_EXISTS = new ProblemType("user-exists", 409, "User exists");
    static final ProblemType USER_CLOSED = new ProblemType("user-closed", 409, "User is closed");

    /** ER_DUP_ENTRY of MariaDB. */
    private static final int DUPLICATE_ENTRY = 1062;

    private static final int CAUSES_MAX = 16;

    private UserProblems() {}

    static ProblemException notFound() {
        return ProblemException.notFound("There is no such user.");
    }

    static ProblemException closed() {
        return ProblemException.of(USER_CLOSED, "This user is closed for good and cannot be changed any more.");
    }

    static ProblemException stale() {
        return ProblemException.of(
                ProblemType.PRECONDITION_FAILED, "The user has changed since; read it again and repeat the change.");
    }

    /** The 409 that a violated unique index stands for; empty when the failure is another one. */
    static Optional<ProblemException> taken(RuntimeException failure) {
        @Nullable Throwable cause = failure;
        for (int depth = 0; cause != null && depth < CAUSES_MAX; depth++) {
            if (cause instanceof SQLException sql && sql.getErrorCode() == DUPLICATE_ENTRY) {
                return takenField(String.valueOf(sql.getMessage())).map(UserProblems::taken);
            }
            cause = cause.getCause();
        }
        return Optional.empty();
    }

    /** The index is named last; before it stands the value, which may look like anything. */
    private static Optional<String> takenField(String message) {
        String index = message.substring(message.lastIndexOf("for key") + 1);
        if (index.contains("users_username_key")) {
            return Optional.of("username");
        }
        return index.contains("users_email_key") ? Optional.of("email") : Optional.empty();
    }

    private static ProblemException taken(String field) {
        return ProblemException.of(
                USER_EXISTS,
                "Another user has this " + field + "; a closed user keeps it too.",
                List.of(new FieldError(field, "is taken")));
    }
}
