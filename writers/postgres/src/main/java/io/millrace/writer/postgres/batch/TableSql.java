package io.millrace.writer.postgres.batch;

import io.millrace.writer.postgres.connection.Identifiers;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * The statements by which rows of one table are written, over arrays: one array a column.
 *
 * <p>{@code SELECT unnest(a), unnest(b)} and not {@code FROM unnest(a, b)}: the first streams, the second stores each array
 * once more at the server, and costs a fifth to a third more.
 */
final class TableSql {
    private TableSql() {}

    static String insert(String table, List<CompiledColumn> columns, boolean hasIdentity) {
        return into(table, columns, hasIdentity) + "SELECT " + unnested(columns);
    }

    /**
     * The row that is met has the key that comes, as that is spelled.
     *
     * @param unmark as {@link #unmark} says it; so in all others
     */
    static String upsert(String table, List<CompiledColumn> columns, boolean hasIdentity, String unmark) {
        String set = Stream.concat(
                        columns.stream()
                                .filter(column -> !column.isKey() || column.hasSpellings())
                                .map(column -> column.quoted() + " = EXCLUDED." + column.quoted()),
                        Stream.of(unmark).filter(text -> !text.isEmpty()))
                .collect(Collectors.joining(", "));
        return insert(table, columns, hasIdentity)
                + " ON CONFLICT (" + names(keyOf(columns)) + ") DO "
                + (set.isEmpty() ? "NOTHING" : "UPDATE SET " + set);
    }

    /** Columns outside the key are set; rows that are not there are left out. */
    static String update(String table, List<CompiledColumn> columns, String unmark) {
        String set = IntStream.range(0, columns.size())
                        .filter(i -> !columns.get(i).isKey())
                        .mapToObj(i -> columns.get(i).quoted() + " = u.c" + i)
                        .collect(Collectors.joining(", "))
                + (unmark.isEmpty() ? "" : ", " + unmark);
        return "UPDATE " + table + " t SET " + set + " FROM " + rows(columns) + " WHERE " + sameKey(columns);
    }

    /** All columns are set, the key's too, in the row that has the key which follows. */
    static String rekey(String table, List<CompiledColumn> columns, List<CompiledColumn> oldKey, String unmark) {
        String set = IntStream.range(0, columns.size())
                        .mapToObj(i -> columns.get(i).quoted() + " = u.c" + i)
                        .collect(Collectors.joining(", "))
                + (unmark.isEmpty() ? "" : ", " + unmark);
        String old = IntStream.range(0, oldKey.size())
                .mapToObj(i -> oldKey.get(i).unnested() + " AS k" + i)
                .collect(Collectors.joining(", "));
        String isSame = IntStream.range(0, oldKey.size())
                .mapToObj(i -> "t." + oldKey.get(i).quoted() + " = u.k" + i)
                .collect(Collectors.joining(" AND "));
        String rows = IntStream.range(0, columns.size())
                .mapToObj(i -> columns.get(i).unnested() + " AS c" + i)
                .collect(Collectors.joining(", ", "(SELECT ", ", " + old + ") u"));
        return "UPDATE " + table + " t SET " + set + " FROM " + rows + " WHERE " + isSame;
    }

    /** Inserts the rows of an update that are not there. */
    static String heal(String table, List<CompiledColumn> columns, boolean hasIdentity) {
        String values =
                IntStream.range(0, columns.size()).mapToObj(i -> "u.c" + i).collect(Collectors.joining(", "));
        return into(table, columns, hasIdentity) + "SELECT " + values + " FROM " + rows(columns)
                + " WHERE NOT EXISTS (SELECT FROM " + table + " t WHERE " + sameKey(columns) + ")";
    }

    static String delete(String table, List<CompiledColumn> key) {
        return hasPlainKey(key)
                ? "DELETE FROM " + table + " t WHERE " + anyKey(key)
                : "DELETE FROM " + table + " t USING " + rows(key) + " WHERE " + sameKey(key);
    }

    /** What an update sets besides, so that a row is the source's again; empty where rows are not marked. */
    static String unmark(Optional<String> mark) {
        return mark.map(column -> Identifiers.quote(column) + " = FALSE").orElse("");
    }

    /** Sets the mark of rows that the source removed. */
    static String mark(String table, List<CompiledColumn> key, String mark) {
        String set = "UPDATE " + table + " t SET " + Identifiers.quote(mark) + " = TRUE";
        return hasPlainKey(key) ? set + " WHERE " + anyKey(key) : set + " FROM " + rows(key) + " WHERE " + sameKey(key);
    }

    /** Removes rows that are marked, for another one comes to their key. */
    static String deleteMarked(String table, List<CompiledColumn> key, String mark) {
        return delete(table, key) + " AND t." + Identifiers.quote(mark);
    }

    private static boolean hasPlainKey(List<CompiledColumn> key) {
        return key.size() == 1 && key.get(0).cast().isEmpty();
    }

    private static String anyKey(List<CompiledColumn> key) {
        return key.get(0).quoted() + " = ANY (?)";
    }

    static String copy(String table, List<CompiledColumn> columns) {
        return "COPY " + table + " (" + names(columns) + ") FROM STDIN (FORMAT binary)";
    }

    private static String into(String table, List<CompiledColumn> columns, boolean hasIdentity) {
        return "INSERT INTO " + table + " (" + names(columns) + ") " + (hasIdentity ? "OVERRIDING SYSTEM VALUE " : "");
    }

    private static String unnested(List<CompiledColumn> columns) {
        return columns.stream().map(CompiledColumn::unnested).collect(Collectors.joining(", "));
    }

    private static String rows(List<CompiledColumn> columns) {
        return IntStream.range(0, columns.size())
                .mapToObj(i -> columns.get(i).unnested() + " AS c" + i)
                .collect(Collectors.joining(", ", "(SELECT ", ") u"));
    }

    private static String sameKey(List<CompiledColumn> columns) {
        return IntStream.range(0, columns.size())
                .filter(i -> columns.get(i).isKey())
                .mapToObj(i -> "t." + columns.get(i).quoted() + " = u.c" + i)
                .collect(Collectors.joining(" AND "));
    }

    private static List<CompiledColumn> keyOf(List<CompiledColumn> columns) {
        return columns.stream().filter(CompiledColumn::isKey).toList();
    }

    private static String names(List<CompiledColumn> columns) {
        return columns.stream().map(CompiledColumn::quoted).collect(Collectors.joining(", "));
    }
}
