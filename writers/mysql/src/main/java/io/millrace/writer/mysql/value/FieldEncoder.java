package io.millrace.writer.mysql.value;

import io.millrace.row.ImageFlyweight;
import io.millrace.writer.mysql.connection.SqlOutput;

/**
 * How a column's values are spelled, in two forms: a literal of a statement, and a field of LOAD DATA. Immutable; allocates
 * nothing per value, but for floating point and for JSON that no text can say.
 */
public interface FieldEncoder {
    /**
     * Puts a value that is present and not NULL.
     *
     * @param isField whether it is a field of LOAD DATA
     * @return {@link Fault#NONE}, or why the value cannot be written; what was put is then dropped by the caller
     */
    int put(ImageFlyweight image, int column, boolean isField, SqlOutput output);
}
