package io.millrace.reader.postgres.catalog;

import io.millrace.reader.TableDetails;
import io.millrace.reader.postgres.connection.SqlSession;
import io.millrace.schema.TableId;
import io.millrace.schema.TableSchema;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * Columns whose value an update's new row may lack: those that may lie in a TOAST table, where the replica identity is not FULL. Values of up to 24
 * bytes never lie there, so texts of five characters and numbers of 36 digits are sent.
 */
public final class UnsentColumns {
    private static final String COLUMNS = """
            SELECT n.nspname, c.relname, a.attname
            FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
            JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid
            WHERE c.relkind IN ('r', 'p') AND a.attnum > 0 AND NOT a.attisdropped
              AND n.nspname NOT IN ('pg_catalog', 'information_schema') AND n.nspname NOT LIKE 'pg\\_%'
              AND a.attlen = -1 AND a.attstorage <> 'p'
              AND NOT (a.atttypid IN ('varchar'::pg_catalog.regtype, 'bpchar'::pg_catalog.regtype)
                       AND a.atttypmod BETWEEN 5 AND 9)
              AND NOT (a.atttypid = 'numeric'::pg_catalog.regtype AND a.atttypmod > 0 AND (a.atttypmod - 4) >> 16 <= 36)
              AND CASE c.relkind WHEN 'r' THEN c.relreplident <> 'f' ELSE EXISTS (
                SELECT FROM :tree t JOIN pg_catalog.pg_class l ON l.oid = t.relid
                WHERE t.isleaf AND l.relreplident <> 'f') END""".replace(":tree", PartitionTree.of("c.oid"));

    private static final String NOT_FULL = """
            SELECT n.nspname, c.relname
            FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
            WHERE c.relkind IN ('r', 'p')
              AND n.nspname NOT IN ('pg_catalog', 'information_schema') AND n.nspname NOT LIKE 'pg\\_%'
              AND CASE c.relkind WHEN 'r' THEN c.relreplident <> 'f' ELSE EXISTS (
                SELECT FROM :tree t JOIN pg_catalog.pg_class l ON l.oid = t.relid
                WHERE t.isleaf AND l.relreplident <> 'f') END""".replace(":tree", PartitionTree.of("c.oid"));

    private record Unsent(TableId table, String column) {}

    private UnsentColumns() {}

    /** By table; a key's columns are always sent. */
    public static Map<TableId, Set<String>> of(SqlSession session, List<TableDetails> tables) {
        Map<TableId, TableSchema> schemas = new HashMap<>();
        tables.forEach(table -> schemas.put(table.schema().table(), table.schema()));
        Map<TableId, Set<String>> unsent = new HashMap<>();
        List<Unsent> found = session.rows(
                COLUMNS, row -> new Unsent(new TableId(row.getString(1), row.getString(2)), row.getString(3)));
        for (Unsent each : found) {
            TableSchema schema = schemas.get(each.table());
            if (schema != null && !schema.key().contains(schema.indexOf(each.column()))) {
                unsent.computeIfAbsent(each.table(), name -> new TreeSet<>()).add(each.column());
            }
        }
        return unsent;
    }

    /** Likewise of deletes, whose row is that of the replica identity: all but the key, unless that is FULL. */
    public static Map<TableId, Set<String>> ofDeletes(SqlSession session, List<TableDetails> tables) {
        Set<TableId> notFull =
                Set.copyOf(session.rows(NOT_FULL, row -> new TableId(row.getString(1), row.getString(2))));
        Map<TableId, Set<String>> unsent = new HashMap<>();
        for (TableDetails table : tables) {
            TableSchema schema = table.schema();
            if (!notFull.contains(schema.table())) {
                continue;
            }
            Set<String> names = new TreeSet<>();
            for (int i = 0; i < schema.columns().size(); i++) {
                if (!schema.key().contains(i)) {
                    names.add(schema.columns().get(i).name());
                }
            }
            unsent.put(schema.table(), names);
        }
        return unsent;
    }
}
