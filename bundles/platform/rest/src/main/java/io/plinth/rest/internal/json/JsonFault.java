package io.plinth.rest.internal.json;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.exc.InputCoercionException;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.exc.MismatchedInputException;
import com.fasterxml.jackson.databind.exc.UnrecognizedPropertyException;
import io.plinth.problem.FieldError;
import io.plinth.problem.ProblemException;
import io.plinth.problem.ProblemType;
import io.plinth.rest.Timestamps;
import java.math.BigInteger;
import java.time.temporal.TemporalAccessor;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Turns what databind refuses into a problem that names the field as the client wrote it, and no Java class. */
final class JsonFault {
    /** {@code 1e2}, {@code 100.0} and {@code "100"} are whole as well, to a person. */
    private static final String WHOLE_NUMBER = "must be a whole number (no point, no exponent, no quotes)";

    private static final int NAMES_MAX = 20;
    private static final Set<Class<?>> WHOLE_NUMBERS = Set.of(
            byte.class,
            Byte.class,
            short.class,
            Short.class,
            int.class,
            Integer.class,
            long.class,
            Long.class,
            BigInteger.class);

    private JsonFault() {}

    static ProblemException toProblem(JsonProcessingException fault) {
        String path = fault instanceof JsonMappingException mapping ? JsonPath.of(mapping.getPath()) : "";
        ProblemException own = findProblem(fault);
        if (own != null) {
            return own.type().equals(ProblemType.INVALID_REQUEST) ? prefix(own, path) : own;
        }
        String message = describe(fault);
        return path.isEmpty()
                ? ProblemException.of(ProblemType.INVALID_REQUEST, "The body " + message + ".")
                : ProblemException.invalid(path, message);
    }

    private static @Nullable ProblemException findProblem(Throwable fault) {
        Throwable cause = fault;
        for (int i = 0; cause != null && i < 16; i++) {
            if (cause instanceof ProblemException problem) {
                return problem;
            }
            cause = cause.getCause();
        }
        return null;
    }

    private static ProblemException prefix(ProblemException problem, String path) {
        if (path.isEmpty() || problem.errors().isEmpty()) {
            return problem;
        }
        List<FieldError> errors = new ArrayList<>();
        String detail = problem.detail();
        for (FieldError error : problem.errors()) {
            FieldError whole = new FieldError(JsonPath.join(path, error.field()), error.message());
            errors.add(whole);
            if (detail.equals(error.field() + ": " + error.message())) {
                detail = whole.field() + ": " + whole.message();
            }
        }
        return ProblemException.of(problem.type(), detail, errors);
    }

    private static String describe(JsonProcessingException fault) {
        Throwable cause = fault;
        for (int i = 0; cause != null && i < 16; i++) {
            if (cause instanceof UnrecognizedPropertyException unknown) {
                return "is not known; known are " + names(unknown);
            }
            if (cause instanceof InputCoercionException outOfRange) {
                return WHOLE_NUMBER + range(outOfRange.getTargetType());
            }
            if (cause instanceof MismatchedInputException mismatch && mismatch.getTargetType() != null) {
                return mustBe(mismatch.getTargetType());
            }
            cause = cause.getCause();
        }
        return "has a value that is not accepted";
    }

    private static String names(UnrecognizedPropertyException unknown) {
        Collection<Object> known = unknown.getKnownPropertyIds();
        if (known == null || known.isEmpty()) {
            return "none";
        }
        Set<String> names = new TreeSet<>();
        known.forEach(name -> names.add(name.toString()));
        return names.size() <= NAMES_MAX
                ? String.join(", ", names)
                : String.join(", ", names.stream().limit(NAMES_MAX).toList()) + " and more";
    }

    private static String mustBe(Class<?> type) {
        if (type.isEnum()) {
            List<String> constants = new ArrayList<>();
            for (Object constant : type.getEnumConstants()) {
                constants.add(LowerCaseEnums.nameOf((Enum<?>) constant));
            }
            return "must be one of " + String.join(", ", constants);
        }
        if (WHOLE_NUMBERS.contains(type)) {
            return WHOLE_NUMBER + range(type);
        }
        if (type == boolean.class || type == Boolean.class) {
            return "must be true or false";
        }
        if (type.isPrimitive() || Number.class.isAssignableFrom(type)) {
            return "must be a number";
        }
        if (CharSequence.class.isAssignableFrom(type)) {
            return "must be a string";
        }
        if (type == java.time.Instant.class) {
            return Timestamps.EXPECTED;
        }
        if (TemporalAccessor.class.isAssignableFrom(type)) {
            return "must be an ISO 8601 date or time";
        }
        if (Collection.class.isAssignableFrom(type) || type.isArray()) {
            return "must be a list";
        }
        if (type.isRecord() || java.util.Map.class.isAssignableFrom(type)) {
            return "must be an object";
        }
        return "has a value that is not accepted";
    }

    private static String range(@Nullable Class<?> type) {
        if (type == int.class || type == Integer.class) {
            return " from " + Integer.MIN_VALUE + " to " + Integer.MAX_VALUE;
        }
        if (type == long.class || type == Long.class) {
            return " from " + Long.MIN_VALUE + " to " + Long.MAX_VALUE;
        }
        return "";
    }
}
