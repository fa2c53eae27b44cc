package io.millrace.reader.postgres.catalog;

import io.millrace.reader.postgres.value.BinaryDecoder;
import io.millrace.schema.Column;
import java.util.Optional;

/** Says what a column of a type is in our images. */
public interface ColumnTypes {
    /**
     * The column of a type.
     *
     * @param oid of the type, as an unsigned number
     * @param modifier of the type, -1 where it has none
     * @param isDeterministic whether texts are equal only where their bytes are
     */
    Column column(String name, int oid, int modifier, boolean isNullable, boolean isDeterministic);

    /** How the type's binary form is read; empty where it is not. */
    default Optional<BinaryDecoder> binary(int oid, int modifier) {
        return Optional.empty();
    }
}
