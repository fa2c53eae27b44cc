package io.millrace.writer.postgres;

import io.millrace.schema.TableId;
import io.millrace.writer.KeyAction;
import io.millrace.writer.StructureItem;
import io.millrace.writer.StructureItem.Reference;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The foreign keys of a table whose triggers fire for us, as the server's catalog has them. */
final class ForeignKeyCatalog {
    private static final String KEYS = """
        SELECT f.conname, pn.nspname, p.relname, f.confdeltype::text, f.confupdtype::text,
               ARRAY(SELECT a.attname::text FROM pg_catalog.unnest(f.conkey) WITH ORDINALITY k(n, i)
                     JOIN pg_catalog.pg_attribute a ON a.attrelid = f.conrelid AND a.attnum = k.n ORDER BY k.i),
               ARRAY(SELECT a.attname::text FROM pg_catalog.unnest(f.confkey) WITH ORDINALITY k(n, i)
                     JOIN pg_catalog.pg_attribute a ON a.attrelid = f.confrelid AND a.attnum = k.n ORDER BY k.i)
        FROM pg_catalog.pg_constraint f
        JOIN pg_catalog.pg_class p ON p.oid = f.confrelid
        JOIN pg_catalog.pg_namespace pn ON pn.oid = p.relnamespace
        WHERE f.contype = 'f' AND f.conrelid = pg_catalog.to_regclass(?) AND EXISTS (
          SELECT FROM pg_catalog.pg_trigger g WHERE g.tgconstraint = f.oid AND g.tgenabled IN %s)
        ORDER BY f.conname\
        """;

    private ForeignKeyCatalog() {}

    static List<StructureItem> of(PostgresSession session, TableId table) throws SQLException {
        List<StructureItem> keys = new ArrayList<>();
        try (PreparedStatement statement = session.connection().prepareStatement(KEYS.formatted(session.firing()))) {
            statement.setString(1, Identifiers.quote(table));
            try (ResultSet rows = statement.executeQuery()) {
                while (rows.next()) {
                    keys.add(new StructureItem(
                            StructureItem.Kind.FOREIGN_KEY,
                            table,
                            rows.getString(1),
                            List.of((String[]) rows.getArray(6).getArray()),
                            Optional.of(new Reference(
                                    new TableId(rows.getString(2), rows.getString(3)),
                                    List.of((String[]) rows.getArray(7).getArray()),
                                    action(rows.getString(4)),
                                    action(rows.getString(5)))),
                            false));
                }
            }
        }
        return keys;
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
