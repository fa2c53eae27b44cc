package io.millrace.writer.postgres.value;

import io.millrace.row.ImageFlyweight;
import io.millrace.writer.postgres.connection.BinaryOutput;

/**
 * Writes a column's value as PostgreSQL's binary protocol wants it: four bytes of length, then the value. The form is the
 * same for a field of COPY BINARY, for an element of an array, and for a parameter. Immutable; allocates nothing.
 */
public interface FieldEncoder {
    /**
     * Writes one value that is not NULL.
     *
     * @return {@link Fault#NONE}, or the negative code of what is wrong with the value; then nothing of use was written
     */
    int put(ImageFlyweight image, int column, BinaryOutput output);
}
