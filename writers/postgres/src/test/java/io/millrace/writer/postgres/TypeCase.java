package io.millrace.writer.postgres;

import io.millrace.schema.Column;
import io.millrace.schema.ColumnType;
import io.millrace.writer.TestSchemas;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/**
 * A source column, and values of it with what the server then says they are. The corpus that the type map in POSTGRES.md is
 * printed from.
 *
 * @param values as {@link io.millrace.writer.TestRun} takes them
 * @param texts the server's own text of each
 */
record TypeCase(Column column, String targetType, List<Object> values, List<String> texts) {
    static TypeCase type(
            ColumnType type, String sourceType, int length, int scale, String targetType, Object... valuesAndTexts) {
        List<Object> values = new ArrayList<>();
        List<String> texts = new ArrayList<>();
        for (int i = 0; i < valuesAndTexts.length; i += 2) {
            values.add(valuesAndTexts[i]);
            texts.add((String) valuesAndTexts[i + 1]);
        }
        return new TypeCase(TestSchemas.of("v", type, sourceType, length, scale), targetType, values, texts);
    }

    static byte[] hex(String digits) {
        return HexFormat.of().parseHex(digits);
    }

    /** Every type of MySQL and MariaDB, at its limits. */
    static List<TypeCase> all() {
        List<TypeCase> cases = new ArrayList<>(NumberCases.all());
        cases.addAll(TimeCases.all());
        cases.addAll(ByteCases.all());
        return cases;
    }

    boolean canBeKey() {
        return switch (column.type()) {
            case JSON, VECTOR, GEOMETRY -> false;
            default -> column.type().isFixed() || (column.length() >= 0 && column.length() <= 255);
        };
    }
}
