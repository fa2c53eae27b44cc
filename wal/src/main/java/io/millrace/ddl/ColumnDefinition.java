package io.millrace.ddl;

import java.util.List;
import java.util.Optional;

/**
 * A column as a statement defines it: nothing is filled in that the statement leaves to the server. Immutable.
 *
 * @param name as the statement spells it
 * @param typeName the type's first words, lower case, without arguments: {@code int}, {@code double precision}
 * @param arguments numbers in the type's parentheses
 * @param members labels of ENUM and SET, in order
 * @param charset lower case; empty where the statement names none
 * @param collation lower case; empty where the statement names none
 * @param isBinaryCollation the attribute BINARY of a text column: its character set's binary collation
 * @param defaultText the default's own text, without DEFAULT; empty where there is none
 * @param isJson whether it has the check by which MariaDB marks its JSON columns
 * @param comment empty where there is none
 */
public record ColumnDefinition(
        String name,
        String typeName,
        List<Integer> arguments,
        List<String> members,
        boolean isUnsigned,
        boolean isZerofill,
        String charset,
        String collation,
        boolean isBinaryCollation,
        Nullability nullability,
        Optional<String> defaultText,
        Generation generation,
        boolean isAutoIncrement,
        boolean isInvisible,
        boolean isJson,
        Key key,
        String comment) {
    /** Whether NULL is allowed. */
    public enum Nullability {
        UNSAID,
        NULL,
        NOT_NULL
    }

    /** Whether the server computes the column. */
    public enum Generation {
        NONE,
        VIRTUAL,
        STORED
    }

    /** A key that stands in the column's own definition. */
    public enum Key {
        NONE,
        PRIMARY,
        UNIQUE
    }

    public ColumnDefinition {
        arguments = List.copyOf(arguments);
        members = List.copyOf(members);
    }

    /** The same under another name. */
    public ColumnDefinition named(String other) {
        return with(other, charset, collation, isBinaryCollation);
    }

    /** The same, with nothing said of its character set. */
    public ColumnDefinition withoutCharset() {
        return with(name, "", "", false);
    }

    /** The same with another default's own text. */
    public ColumnDefinition withDefault(Optional<String> text) {
        return with(name, charset, collation, isBinaryCollation, text);
    }

    private ColumnDefinition with(
            String otherName, String otherCharset, String otherCollation, boolean hasBinaryCollation) {
        return with(otherName, otherCharset, otherCollation, hasBinaryCollation, defaultText);
    }

    private ColumnDefinition with(
            String otherName,
            String otherCharset,
            String otherCollation,
            boolean hasBinaryCollation,
            Optional<String> otherDefault) {
        return new ColumnDefinition(
                otherName,
                typeName,
                arguments,
                members,
                isUnsigned,
                isZerofill,
                otherCharset,
                otherCollation,
                hasBinaryCollation,
                nullability,
                otherDefault,
                generation,
                isAutoIncrement,
                isInvisible,
                isJson,
                key,
                comment);
    }
}
