package io.millrace.writer.postgres.type;

import io.millrace.error.ErrorCode;
import io.millrace.error.MillraceException;
import io.millrace.schema.Column;
import java.util.regex.Pattern;

/** A built-in type of a PostgreSQL source, which the target has too: values travel as text, and are cast by the target. */
final class PostgresType {
    /** What {@code format_type} prints for types of {@code pg_catalog}; nothing else may reach a statement. */
    private static final Pattern NAME =
            Pattern.compile("[a-z][a-z0-9_ ]*(\\([0-9, -]+\\))?[a-z ]*(\\[\\])?|\"char\"(\\[\\])?");

    private PostgresType() {}

    /** The type, as in a CREATE TABLE. */
    static String of(Column column) {
        if (!NAME.matcher(column.sourceType()).matches()) {
            throw new MillraceException(
                    ErrorCode.TABLE_REFUSED,
                    "not the name of a built-in type: column=" + column.name() + ", type=" + column.sourceType());
        }
        return column.sourceType();
    }
}
