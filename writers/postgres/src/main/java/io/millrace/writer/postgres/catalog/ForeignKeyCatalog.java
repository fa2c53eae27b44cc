package io.millrace.writer.postgres.catalog;

import io.millrace.schema.TableId;
import io.millrace.writer.KeyAction;
import io.millrace.writer.StructureItem;
import io.millrace.writer.StructureItem.Reference;
import io.millrace.writer.postgres.connection.PostgresSession;
import java.sql.Array;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/** The foreign keys of tables whose triggers fire for us, as the server's catalog has them. */
public final class ForeignKeyCatalog {
    private static final String KEYS = """
        SELECT cn.nspname, c.relname, f.conname, pn.nspname, p.relname, f.confdeltype::text, f.confupdtype::text,
               ARRAY(SELECT a.attname::text FROM pg_catalog.unnest(f.conkey) WITH ORDINALITY k(n, i)
                     JOIN pg_catalog.pg_attribute a ON a.attrelid = f.conrelid AND a.attnum = k.n ORDER BY k.i),
               ARRAY(SELECT a.attname::text FROM pg_catalog.unnest(f.confkey) WITH ORDINALITY k(n, i)
                     JOIN pg_catalog.pg_attribute a ON a.attrelid = f.confrelid AND a.attnum = k.n ORDER BY k.i)
        FROM ROWS FROM (unnest(?::pg_catalog.text[]), unnest(?::pg_catalog.text[])) AS wanted (namespace, name)
        JOIN pg_catalog.pg_namespace cn ON cn.nspname = wanted.namespace
        JOIN pg_catalog.pg_class c ON c.relnamespace = cn.oid AND c.relname = wanted.name
        JOIN pg_catalog.pg_constraint f ON f.conrelid = c.oid
        JOIN pg_catalog.pg_class p ON p.oid = f.confrelid
        JOIN pg_catalog.pg_namespace pn ON pn.oid = p.relnamespace
        WHERE f.contype = 'f' AND EXISTS (
          SELECT FROM pg_catalog.pg_trigger g WHERE g.tgconstraint = f.oid AND g.tgenabled IN %s)
        ORDER BY f.conname\
        """;

    private ForeignKeyCatalog() {}

    public static List<StructureItem> of(PostgresSession session, TableId table) throws SQLException {
        return of(session, Set.of(table)).getOrDefault(table, List.of());
    }

    /** By table, by one question. */
    public static Map<TableId, List<StructureItem>> of(PostgresSession session, Set<TableId> tables)
            throws SQLException {
        Map<TableId, List<StructureItem>> keys = new HashMap<>();
        List<TableId> names = List.copyOf(tables);
        try (PreparedStatement statement = session.connection().prepareStatement(KEYS.formatted(session.firing()))) {
            statement.setArray(1, array(session, names, TableId::namespace));
            statement.setArray(2, array(session, names, TableId::name));
            try (ResultSet rows = statement.executeQuery()) {
                while (rows.next()) {
                    StructureItem key = key(rows);
                    keys.computeIfAbsent(key.table(), table -> new ArrayList<>())
                            .add(key);
                }
            }
        }
        return keys;
    }

    private static Array array(PostgresSession session, List<TableId> tables, Function<TableId, String> part)
            throws SQLException {
        return session.connection()
                .createArrayOf("text", tables.stream().map(part).toArray());
    }

    private static StructureItem key(ResultSet row) throws SQLException {
        return new StructureItem(
                StructureItem.Kind.FOREIGN_KEY,
                new TableId(row.getString(1), row.getString(2)),
                row.getString(3),
                List.of((String[]) row.getArray(8).getArray()),
                Optional.of(new Reference(
                        new TableId(row.getString(4), row.getString(5)),
                        List.of((String[]) row.getArray(9).getArray()),
                        action(row.getString(6)),
                        action(row.getString(7)))),
                false);
    }

    private static KeyAction action(String letter) {
        return switch (letter) {
            case "c" -> KeyAction.CASCADE;
            case "n" -> KeyAction.SET_NULL;
            case "d" -> KeyAction.SET_DEFAULT;
            default -> KeyAction.NONE;
        };
    }
}
