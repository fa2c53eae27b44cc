package io.millrace.reader.postgres.statement;

import io.millrace.ddl.ColumnDefinition;
import io.millrace.schema.Column;
import io.millrace.schema.ColumnType;
import java.util.Optional;

/** The value that rows have in a column that was added, as a literal of standard SQL behind DEFAULT. Pure. */
final class FillText {
    /** No literal of any type, so that nothing translates it. */
    private static final String UNKNOWN = "?";

    private FillText() {}

    static ColumnDefinition filled(ColumnDefinition definition, Column column, DdlMessage.Fill fill) {
        Optional<String> text =
                fill.isKnown() ? fill.text().map(value -> literal(column, value)) : Optional.of(UNKNOWN);
        return definition.withDefault(text);
    }

    private static String literal(Column column, String value) {
        ColumnType type = column.type();
        return switch (type) {
            case INTEGER, DECIMAL, FLOAT, DOUBLE -> value;
            case BOOLEAN -> value.equals("t") ? "TRUE" : "FALSE";
            case TEXT, POSTGRES_DATE, POSTGRES_TIMESTAMP -> "'" + value.replace("'", "''") + "'";
            default -> UNKNOWN;
        };
    }
}
