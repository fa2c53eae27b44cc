package io.millrace.row;

import java.util.List;

/**
 * How whole rows lie in the bytes that a server sends, where another server may take them as they are: without being decoded and
 * encoded again. Two forms are the same only where they are equal. Immutable.
 *
 * @param name of the format
 * @param types of the fields, in their order, as numbers that mean the same to every server of that format
 */
public record RawForm(String name, List<Integer> types) {
    /** A row of PostgreSQL's COPY BINARY: field count, then for each field its length, or -1 for NULL, and its bytes. */
    public static final String POSTGRES_COPY = "postgres-copy-binary";

    public RawForm {
        types = List.copyOf(types);
    }
}
