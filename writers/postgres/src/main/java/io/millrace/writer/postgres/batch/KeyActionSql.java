package io.millrace.writer.postgres.batch;

import io.millrace.writer.StructureItem;
import io.millrace.writer.postgres.connection.Identifiers;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Statements that do to children what a foreign key would. Parameters are text arrays, one a column, cast to the child's types. */
final class KeyActionSql {
    private KeyActionSql() {}

    /** The children of some keys: the number of the key, from 1, and some columns as text. */
    static String select(StructureItem key, List<String> types, Iterable<String> columns) {
        StringBuilder list = new StringBuilder("u.n");
        columns.forEach(
                name -> list.append(", c.").append(Identifiers.quote(name)).append("::text"));
        return "SELECT " + list + " FROM " + Identifiers.quote(key.table()) + " c, " + keys("u", "k", types) + " WHERE "
                + isChild(key);
    }

    /** Whether children of some keys are there. Where a table refers to itself the keys are asked for twice: see {@link #isOwn}. */
    static String exists(StructureItem key, List<String> types) {
        String others = isOwn(key)
                ? " AND NOT EXISTS (SELECT FROM " + keys("o", "o", types) + " WHERE " + isOneOf(key) + ")"
                : "";
        return "SELECT EXISTS (SELECT FROM " + Identifiers.quote(key.table()) + " c, " + keys("u", "k", types)
                + " WHERE " + isChild(key) + others + ")";
    }

    /** Whether a table refers to itself, so that a child may be one of the parents that are removed. */
    static boolean isOwn(StructureItem key) {
        return key.reference().orElseThrow().table().equals(key.table());
    }

    static String delete(StructureItem key, List<String> types) {
        return "DELETE FROM " + Identifiers.quote(key.table()) + " c USING " + keys("u", "k", types) + " WHERE "
                + isChild(key);
    }

    /** Sets the key's columns; the new values follow the old ones. */
    static String update(StructureItem key, List<String> types) {
        String set = IntStream.range(0, types.size())
                .mapToObj(i -> Identifiers.quote(key.columns().get(i)) + " = v.w" + i)
                .collect(Collectors.joining(", "));
        return "UPDATE " + Identifiers.quote(key.table()) + " c SET " + set + " FROM " + keys("u", "k", types) + ", "
                + keys("v", "w", types) + " WHERE u.n = v.n AND " + isChild(key);
    }

    private static String keys(String alias, String column, List<String> types) {
        String arrays = IntStream.range(0, types.size())
                .mapToObj(i -> "pg_catalog.unnest(?::text[])")
                .collect(Collectors.joining(", "));
        String names = IntStream.range(0, types.size()).mapToObj(i -> "t" + i).collect(Collectors.joining(", "));
        String cast = IntStream.range(0, types.size())
                .mapToObj(i -> "r.t" + i + "::" + types.get(i) + " AS " + column + i)
                .collect(Collectors.joining(", "));
        return "(SELECT r.n, " + cast + " FROM ROWS FROM (" + arrays + ") WITH ORDINALITY r(" + names + ", n)) "
                + alias;
    }

    private static String isChild(StructureItem key) {
        return IntStream.range(0, key.columns().size())
                .mapToObj(i -> "c." + Identifiers.quote(key.columns().get(i)) + " = u.k" + i)
                .collect(Collectors.joining(" AND "));
    }

    private static String isOneOf(StructureItem key) {
        List<String> columns = key.reference().orElseThrow().columns();
        return IntStream.range(0, columns.size())
                .mapToObj(i -> "c." + Identifiers.quote(columns.get(i)) + " = o.o" + i)
                .collect(Collectors.joining(" AND "));
    }
}
