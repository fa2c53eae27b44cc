package io.millrace.writer.postgres;

import io.millrace.row.ImageFlyweight;

/**
 * Writes a column's value as PostgreSQL's binary protocol wants it: four bytes of length, then the value. The form is the
 * same for a field of COPY BINARY, for an element of an array, and for a parameter. Immutable; allocates nothing.
 */
interface FieldEncoder {
    /**
     * Writes one value that is not NULL.
     *
     * @return {@link Fault#NONE}, or the negative code of what is wrong with the value; then nothing of use was written
     */
    int put(ImageFlyweight image, int column, BinaryOutput output);
}
