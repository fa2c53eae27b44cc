package io.millrace.writer.mysql.batch;

import io.millrace.writer.StructureItem;
import io.millrace.writer.mysql.catalog.CatalogColumn;
import io.millrace.writer.mysql.connection.Identifiers;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Statements that do to children what a foreign key would. Values are literals, those of texts and bytes in hexadecimal. */
final class KeyActionSql {
    private KeyActionSql() {}

    /** Some columns of the children of a key, as literals. */
    static String select(StructureItem key, List<String> values, List<CatalogColumn> columns) {
        String list = columns.stream().map(KeyActionSql::asLiteral).collect(Collectors.joining(", "));
        return "SELECT " + (list.isEmpty() ? "1" : list) + " FROM " + Identifiers.quote(key.table()) + " WHERE "
                + isChild(key, values);
    }

    /** Whether children of a key are there. Where a table refers to itself, those that are removed themselves do not count. */
    static String exists(StructureItem key, List<String> values, List<List<String>> removed) {
        String others = isOwn(key)
                ? removed.stream()
                        .map(each -> " AND NOT ("
                                + equal(key.reference().orElseThrow().columns(), each) + ")")
                        .collect(Collectors.joining())
                : "";
        return "SELECT 1 FROM " + Identifiers.quote(key.table()) + " WHERE " + isChild(key, values) + others
                + " LIMIT 1";
    }

    /** Whether a table refers to itself, so that a child may be one of the parents that are removed. */
    static boolean isOwn(StructureItem key) {
        return key.reference().orElseThrow().table().equals(key.table());
    }

    static String delete(StructureItem key, List<String> values) {
        return "DELETE FROM " + Identifiers.quote(key.table()) + " WHERE " + isChild(key, values);
    }

    /** Sets the key's columns. */
    static String update(StructureItem key, List<String> values, List<String> next) {
        String set = IntStream.range(0, next.size())
                .mapToObj(i ->
                        Identifiers.quote(key.columns().get(i)) + " = " + (next.get(i) == null ? "NULL" : next.get(i)))
                .collect(Collectors.joining(", "));
        return "UPDATE " + Identifiers.quote(key.table()) + " SET " + set + " WHERE " + isChild(key, values);
    }

    private static String isChild(StructureItem key, List<String> values) {
        return equal(key.columns(), values);
    }

    private static String equal(List<String> columns, List<String> values) {
        return IntStream.range(0, columns.size())
                .mapToObj(i -> Identifiers.quote(columns.get(i)) + " = " + values.get(i))
                .collect(Collectors.joining(" AND "));
    }

    /** An expression whose value is a literal of the column's. */
    private static String asLiteral(CatalogColumn column) {
        String name = Identifiers.quote(column.name());
        return switch (column.dataType()) {
            case "tinyint", "smallint", "mediumint", "int", "bigint", "decimal" -> "CAST(" + name + " AS CHAR)";
            case "bit" -> "CAST(" + name + " + 0 AS CHAR)";
            case "binary", "varbinary", "tinyblob", "blob", "mediumblob", "longblob" ->
                "CONCAT('x''', HEX(" + name + "), '''')";
            default -> "CONCAT('_utf8mb4 x''', HEX(CONVERT(" + name + " USING utf8mb4)), '''')";
        };
    }
}
