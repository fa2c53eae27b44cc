package io.millrace.schema;

import java.util.List;
import java.util.Objects;

/**
 * One column of a table's schema.
 *
 * @param name as the server spells it
 * @param type how the value lies in a row image
 * @param sourceType the server's own text of the type, such as {@code int(10) unsigned}
 * @param nullable whether NULL is allowed
 * @param length characters, bytes or bits for TEXT, BINARY and BIT; precision for DECIMAL; significant bytes for INTEGER and UNSIGNED
 *     (1, 2, 3, 4 or 8); -1 where it has none
 * @param scale digits after the point for DECIMAL, of the fraction of a second for times; -1 where it has none
 * @param collation the server's collation, or the empty string
 * @param members labels of ENUM and SET, in order; else empty
 * @param generated whether the server computes it
 */
public record Column(
        String name,
        ColumnType type,
        String sourceType,
        boolean nullable,
        int length,
        int scale,
        String collation,
        List<String> members,
        boolean generated) {
    public Column {
        Objects.requireNonNull(name, "name");
        Objects.requireNonNull(type, "type");
        Objects.requireNonNull(sourceType, "sourceType");
        Objects.requireNonNull(collation, "collation");
        members = List.copyOf(members);
    }

    /** The same, computed by the server or not. */
    public Column generated(boolean isComputed) {
        return new Column(name, type, sourceType, nullable, length, scale, collation, members, isComputed);
    }

    /** The same, which may be NULL, or may not. */
    public Column nullable(boolean mayBeNull) {
        return mayBeNull == nullable
                ? this
                : new Column(name, type, sourceType, mayBeNull, length, scale, collation, members, generated);
    }

    /** The same with other labels. */
    public Column labelled(List<String> labels) {
        return new Column(name, type, sourceType, nullable, length, scale, collation, labels, generated);
    }

    /** The same by another name. */
    public Column named(String other) {
        return new Column(other, type, sourceType, nullable, length, scale, collation, members, generated);
    }

    /** Whether its character set has every text of another column's, by their collations' names. */
    public boolean holdsTextOf(Column other) {
        String charset = charset();
        return charset.equals(other.charset()) || charset.equals("utf8mb4");
    }

    private String charset() {
        int end = collation.indexOf('_');
        return end < 0 ? collation : collation.substring(0, end);
    }
}
