package io.millrace.reader.postgres.catalog;

import io.millrace.reader.ForeignKey;
import io.millrace.reader.TableDetails;
import io.millrace.reader.TableSelection;
import io.millrace.reader.postgres.connection.SqlSession;
import io.millrace.reader.postgres.connection.SqlText;
import io.millrace.schema.TableId;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Reads the selected tables from {@code pg_catalog}: ordinary tables and roots of partitions, by six questions and one for each type,
 * however many they are. {@link GeneratedColumns} that the stream does not carry are left out,
 * and so are indexes and foreign keys that mean more than their columns say: partial ones,
 * those over expressions, deferrable or not validated ones. What is left out is told ({@link TableDetails.Omission}). Confined to its
 * session's thread.
 */
public final class Catalog {
    /** Partitions by whose identity a row would not be found; FULL names every column, and is none where one of them is never published. */
    private static final String LEAVES = """
            SELECT root.oid::bigint, pg_catalog.quote_ident(n.nspname) || '.' || pg_catalog.quote_ident(c.relname)
            FROM pg_catalog.unnest(?::pg_catalog.oid[]) AS root (oid)
            CROSS JOIN LATERAL :tree t
            JOIN pg_catalog.pg_class c ON c.oid = t.relid JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
            WHERE t.isleaf AND (c.relkind <> 'r' OR c.relpersistence = 'u'
              OR NOT ((c.relreplident = 'f' AND NOT EXISTS (SELECT FROM pg_catalog.pg_attribute a
                  WHERE a.attrelid = c.oid AND a.attgenerated = 'v' AND NOT a.attisdropped)) OR EXISTS (
                SELECT FROM pg_catalog.pg_index i WHERE i.indrelid = c.oid AND i.indimmediate AND i.indisvalid
                  AND CASE c.relreplident WHEN 'd' THEN i.indisprimary WHEN 'i' THEN i.indisreplident ELSE false END)))
            ORDER BY 1, 2""".replace(":tree", PartitionTree.of("root.oid"));

    private final SqlSession session;
    private final TypeCatalog types;
    private final String expression;

    /** For whoever asks while a stream waits: without what generated columns are computed from, which no statement of the server shows while their table is locked. */
    public Catalog(SqlSession session, TypeCatalog types) {
        this(session, types, "''");
    }

    private Catalog(SqlSession session, TypeCatalog types, String expression) {
        this.session = session;
        this.types = types;
        this.expression = expression;
    }

    /** For a plan: with it. */
    public static Catalog withExpressions(SqlSession session, TypeCatalog types) {
        return new Catalog(session, types, "pg_catalog.pg_get_expr(d.adbin, d.adrelid)");
    }

    /** By name and number. */
    public interface Filter {
        boolean takes(TableId table, long oid);
    }

    /** All that the filter takes, with their numbers: one question, however many they are. */
    public Map<TableId, Long> numbers(TableSelection selection, Filter filter) {
        Map<TableId, Long> numbers = new LinkedHashMap<>();
        for (ListedTable each : listed(selection)) {
            if (filter.takes(each.id(), each.oid())) {
                numbers.put(each.id(), each.oid());
            }
        }
        return numbers;
    }

    /** All that the selection takes, by name. */
    public List<CatalogTable> tables(TableSelection selection) {
        return tables(selection, (table, oid) -> selection.isSelected(table));
    }

    /** All that the filter takes, by name, each with the key that the selection declares. */
    public List<CatalogTable> tables(TableSelection selection, Filter filter) {
        List<ListedTable> selected = listed(selection).stream()
                .filter(each -> filter.takes(each.id(), each.oid()))
                .toList();
        if (selected.isEmpty()) {
            return List.of();
        }
        String all = numbers(selected.stream());
        Map<Long, List<FoundColumn>> columns =
                byTable(FoundColumn.question(expression), row -> FoundColumn.read(row, types), all);
        Map<Long, List<FoundIndex>> indexes = byTable(FoundIndex.QUESTION, FoundIndex::read, all);
        Map<Long, List<ForeignKey>> keys = byTable(ForeignKeyQuery.SQL, ForeignKeyQuery::read, all);
        Map<Long, List<TableDetails.Omission>> omissions = byTable(
                OmissionQuery.SQL,
                row -> new TableDetails.Omission(row.getString(2), row.getString(3), row.getString(4)),
                all);
        String roots = numbers(selected.stream().filter(ListedTable::isPartitioned));
        Map<Long, List<String>> leaves = byTable(LEAVES, row -> row.getString(2), roots);
        List<CatalogTable> tables = new ArrayList<>();
        for (ListedTable each : selected) {
            tables.add(TableAssembly.table(
                    each,
                    selection.declaredKey(each.id()),
                    columns.getOrDefault(each.oid(), List.of()),
                    indexes.getOrDefault(each.oid(), List.of()),
                    keys.getOrDefault(each.oid(), List.of()),
                    omissions.getOrDefault(each.oid(), List.of()),
                    leaves.getOrDefault(each.oid(), List.of())));
        }
        return tables;
    }

    /** An array of the server's, as text. */
    private static String numbers(Stream<ListedTable> tables) {
        return tables.map(table -> Long.toString(table.oid())).collect(Collectors.joining(",", "{", "}"));
    }

    /** What a question says of each table, whose number is its first column. */
    private <T> Map<Long, List<T>> byTable(String question, SqlSession.Row<T> reader, String numbers) {
        Map<Long, List<T>> found = new HashMap<>();
        session.rows(
                question,
                row -> found.computeIfAbsent(row.getLong(1), table -> new ArrayList<>())
                        .add(reader.read(row)),
                numbers);
        return found;
    }

    /** Of partitions those that the selection names, unless it takes the table that they are part of: then their rows come as its. */
    private List<ListedTable> listed(TableSelection selection) {
        List<TableId> named = List.copyOf(selection.named());
        List<ListedTable> listed = session.rows(
                ListedTable.QUESTION,
                ListedTable::read,
                SqlText.array(named.stream().map(TableId::namespace)),
                SqlText.array(named.stream().map(TableId::name)));
        Set<Long> taken = listed.stream()
                .filter(each -> selection.isSelected(each.id()))
                .map(ListedTable::oid)
                .collect(Collectors.toSet());
        return listed.stream()
                .filter(each -> each.ancestors().stream().noneMatch(taken::contains))
                .toList();
    }

    /** An array of the server's. */
    static List<String> texts(ResultSet row, int column) throws SQLException {
        return List.of((String[]) row.getArray(column).getArray());
    }
}
