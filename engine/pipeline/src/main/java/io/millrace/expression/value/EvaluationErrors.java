package io.millrace.expression.value;

import io.millrace.error.ErrorCode;
import io.millrace.error.MillraceException;

/** What a row may do to an expression: what PostgreSQL calls an error too. They name no value. */
public final class EvaluationErrors {
    private EvaluationErrors() {}

    public static MillraceException divisionByZero() {
        return error("division by zero");
    }

    public static MillraceException outOfRange(String type) {
        return error("result is out of range: type=" + type);
    }

    public static MillraceException noneOfType(String type) {
        return error("a text is no value of a type: type=" + type);
    }

    public static MillraceException nullValue() {
        return error("NULL for a column that has none");
    }

    public static MillraceException negativeLength() {
        return error("negative length of a substring");
    }

    public static MillraceException openEscape() {
        return error("a LIKE pattern ends with its escape character");
    }

    public static MillraceException invalidJson() {
        return error("a JSON document cannot be read");
    }

    private static MillraceException error(String what) {
        return new MillraceException(ErrorCode.EXPRESSION_FAILED, what);
    }
}
