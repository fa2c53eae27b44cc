package io.millrace.writer.mysql;

import io.millrace.schema.Column;
import io.millrace.schema.ColumnType;
import io.millrace.writer.mysql.connection.Dialect;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/**
 * A source column, and values of it with what the server then says they are. The corpus that the type map in MYSQL.md is printed from.
 *
 * @param targetType of a table that we make
 * @param values as {@link io.millrace.writer.TestRun} takes them
 * @param texts the server's own text of each, by {@link #shown}
 * @param misfits values that the target's type does not hold
 */
record TypeCase(Column column, String targetType, List<Object> values, List<String> texts, List<Object> misfits) {
    static TypeCase type(
            ColumnType type,
            String sourceType,
            int length,
            int scale,
            String collation,
            String targetType,
            Object... valuesAndTexts) {
        List<Object> values = new ArrayList<>();
        List<String> texts = new ArrayList<>();
        for (int i = 0; i < valuesAndTexts.length; i += 2) {
            values.add(valuesAndTexts[i]);
            texts.add((String) valuesAndTexts[i + 1]);
        }
        List<String> members =
                type == ColumnType.ENUM || type == ColumnType.SET ? List.of("a", "b", "ü'\\") : List.of();
        Column column = new Column("v", type, sourceType, true, length, scale, collation, members, false);
        return new TypeCase(column, targetType, values, texts, List.of());
    }

    TypeCase refusing(Object... some) {
        return new TypeCase(column, targetType, values, texts, List.of(some));
    }

    static byte[] hex(String digits) {
        return HexFormat.of().parseHex(digits);
    }

    /** The query's expression that shows a value whole. */
    String shown() {
        String name = column.name();
        return switch (column.type()) {
            case FLOAT -> name + " * 1E0";
            case BIT -> name + " + 0";
            case BINARY, GEOMETRY, VECTOR -> "HEX(" + name + ")";
            default -> "CAST(" + name + " AS CHAR)";
        };
    }

    /** The same, as a column of another name. */
    TypeCase named(String name) {
        Column other = new Column(
                name,
                column.type(),
                column.sourceType(),
                column.nullable(),
                column.length(),
                column.scale(),
                column.collation(),
                column.members(),
                column.generated());
        return new TypeCase(other, targetType, values, texts, misfits);
    }

    boolean canBeKey() {
        return switch (column.type()) {
            case JSON, VECTOR, GEOMETRY -> false;
            case TEXT -> column.length() <= 255 && !column.sourceType().equals("tinytext");
            case POSTGRES_TEXT -> !column.sourceType().endsWith("[]");
            default ->
                column.type().isFixed()
                        || column.type() == ColumnType.UUID
                        || column.type() == ColumnType.DECIMAL
                        || (column.length() >= 0 && column.length() <= 255);
        };
    }

    /** Every type that the sources have, at its limits. */
    static List<TypeCase> all(Dialect dialect) {
        List<TypeCase> cases = new ArrayList<>(NumberCases.all());
        cases.addAll(TimeCases.all(dialect));
        cases.addAll(ByteCases.all());
        cases.addAll(ByteCases.ofDialect(dialect));
        cases.addAll(PostgresCases.all(dialect));
        return cases;
    }
}
