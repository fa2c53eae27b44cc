package io.millrace.reader.postgres;

import io.millrace.reader.ForeignKey;
import io.millrace.reader.TableDetails;
import io.millrace.reader.TableSelection;
import io.millrace.schema.Column;
import io.millrace.schema.TableId;
import io.millrace.schema.TableSchema;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Reads the selected tables from {@code pg_catalog}: ordinary tables and roots of partitions, by six questions and one for each type,
 * however many they are. {@link GeneratedColumns} that the stream does not carry are left out,
 * and so are indexes and foreign keys that mean more than their columns say: partial ones,
 * those over expressions, deferrable or not validated ones. What is left out is told ({@link TableDetails.Omission}). Confined to its
 * session's thread.
 */
final class Catalog {
    private static final String TABLES = """
            SELECT c.oid::bigint, n.nspname, c.relname, c.relkind = 'p', c.relpersistence = 'u', c.relreplident::text,
                   c.reltuples::bigint, COALESCE(pg_catalog.obj_description(c.oid, 'pg_class'), ''),
                   CASE WHEN c.relispartition THEN ARRAY(SELECT a.relid::pg_catalog.oid::bigint
                     FROM pg_catalog.pg_partition_ancestors(c.oid) a WHERE a.relid <> c.oid) ELSE '{}' END
            FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
            WHERE c.relkind IN ('r', 'p') AND c.relpersistence <> 't'
              AND (NOT c.relispartition OR (n.nspname, c.relname) IN (
                SELECT * FROM ROWS FROM (pg_catalog.unnest(?::pg_catalog.name[]), pg_catalog.unnest(?::pg_catalog.name[])) x))
              AND n.nspname NOT IN ('pg_catalog', 'information_schema') AND n.nspname NOT LIKE 'pg\\_%'
            ORDER BY n.nspname COLLATE "C", c.relname COLLATE "C\"""";

    private static final String COLUMNS = """
            SELECT a.attrelid::bigint, a.attname, a.atttypid::bigint, a.atttypmod, a.attnotnull, a.attgenerated::text, a.attidentity <> '',
                   COALESCE(l.collisdeterministic, true), pg_catalog.col_description(a.attrelid, a.attnum),
                   pg_catalog.pg_get_expr(d.adbin, d.adrelid), :carried
            FROM pg_catalog.pg_attribute a
            LEFT JOIN pg_catalog.pg_collation l ON l.oid = a.attcollation
            LEFT JOIN pg_catalog.pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
            WHERE a.attrelid = ANY (?::pg_catalog.oid[]) AND a.attnum > 0 AND NOT a.attisdropped
            ORDER BY a.attrelid, a.attnum""".replace(":carried", GeneratedColumns.IS_CARRIED);

    private static final String INDEXES = """
            SELECT i.indrelid::bigint, c.relname, i.indisunique, i.indisprimary, i.indisreplident,
                   i.indisunique AND i.indimmediate AND i.indisvalid AND i.indpred IS NULL AND i.indexprs IS NULL,
                   CASE WHEN NOT i.indisvalid THEN 'it is not valid'
                        WHEN i.indisexclusion THEN 'no target refuses rows by it'
                        WHEN i.indpred IS NOT NULL THEN 'it holds a part of the rows'
                        WHEN i.indexprs IS NOT NULL THEN 'it is over an expression'
                        WHEN i.indisunique AND NOT i.indimmediate THEN 'it is deferrable'
                        WHEN i.indisunique AND i.indnullsnotdistinct THEN 'it takes NULLs for equal'
                        WHEN m.amname NOT IN ('btree', 'hash', 'gin', 'gist', 'spgist', 'brin') THEN 'it is of another method'
                        WHEN m.amname <> 'btree' AND own.class THEN 'it has operator classes that are not the types'' own' END,
                   m.amname, i.indisexclusion,
                   ARRAY_REMOVE(ARRAY[
                     CASE WHEN i.indnatts > i.indnkeyatts THEN 'included' END,
                     CASE WHEN EXISTS (SELECT FROM pg_catalog.generate_series(0, i.indnkeyatts - 1) s WHERE i.indoption[s] <> 0)
                          THEN 'descending' END,
                     CASE WHEN own.class THEN 'operatorClass' END,
                     CASE WHEN EXISTS (SELECT FROM pg_catalog.generate_series(0, i.indnkeyatts - 1) s
                            JOIN pg_catalog.pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = i.indkey[s]
                            WHERE i.indcollation[s] <> a.attcollation) THEN 'collation' END], NULL),
                   ARRAY(SELECT a.attname::text FROM pg_catalog.generate_series(0, i.indnkeyatts - 1) s
                         JOIN pg_catalog.pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = i.indkey[s] ORDER BY s)
            FROM pg_catalog.pg_index i JOIN pg_catalog.pg_class c ON c.oid = i.indexrelid
            JOIN pg_catalog.pg_am m ON m.oid = c.relam
            CROSS JOIN LATERAL (SELECT EXISTS (SELECT FROM pg_catalog.generate_series(0, i.indnkeyatts - 1) s
              JOIN pg_catalog.pg_opclass o ON o.oid = i.indclass[s] WHERE NOT o.opcdefault) AS class) own
            WHERE i.indrelid = ANY (?::pg_catalog.oid[]) ORDER BY i.indrelid, c.relname COLLATE "C\"""";

    private static final Pattern TYPED_LITERAL =
            Pattern.compile("('(?:[^'\\\\]++|'')*+')::[\\w. \"]+(?:\\([0-9, ]+\\))?[a-z ]*");

    private static final Map<String, String> DIFFERENCES = Map.of(
            "included",
            "the index is made without the columns that are not of its order",
            "descending",
            "the index is made with ascending columns, NULL last",
            "operatorClass",
            "the index is made with the types' own operator classes",
            "collation",
            "the index is made with the columns' own collations");

    private static final String FOREIGN_KEYS = """
            SELECT k.conrelid::bigint, k.conname, n.nspname, p.relname, k.confdeltype::text, k.confupdtype::text,
                   ARRAY(SELECT a.attname::text FROM unnest(k.conkey) WITH ORDINALITY u(num, place)
                         JOIN pg_catalog.pg_attribute a ON a.attrelid = k.conrelid AND a.attnum = u.num ORDER BY place),
                   ARRAY(SELECT a.attname::text FROM unnest(k.confkey) WITH ORDINALITY u(num, place)
                         JOIN pg_catalog.pg_attribute a ON a.attrelid = k.confrelid AND a.attnum = u.num ORDER BY place)
            FROM pg_catalog.pg_constraint k JOIN pg_catalog.pg_class p ON p.oid = k.confrelid
            JOIN pg_catalog.pg_namespace n ON n.oid = p.relnamespace
            WHERE k.conrelid = ANY (?::pg_catalog.oid[]) AND k.contype = 'f'
              AND NOT EXISTS (SELECT FROM pg_catalog.pg_constraint o WHERE o.oid = k.conparentid AND o.conrelid = k.conrelid)
              AND NOT k.condeferrable AND k.convalidated AND k.confmatchtype = 's' AND k.confdelsetcols IS NULL
            ORDER BY k.conrelid, k.conname COLLATE "C\"""";

    /** Partitions by whose identity a row would not be found; FULL names every column, and is none where one of them is never published. */
    private static final String LEAVES = """
            SELECT root.oid::bigint, pg_catalog.quote_ident(n.nspname) || '.' || pg_catalog.quote_ident(c.relname)
            FROM pg_catalog.unnest(?::pg_catalog.oid[]) AS root (oid)
            CROSS JOIN LATERAL pg_catalog.pg_partition_tree(root.oid::pg_catalog.regclass) t
            JOIN pg_catalog.pg_class c ON c.oid = t.relid JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
            WHERE t.isleaf AND (c.relkind <> 'r' OR c.relpersistence = 'u'
              OR NOT ((c.relreplident = 'f' AND NOT EXISTS (SELECT FROM pg_catalog.pg_attribute a
                  WHERE a.attrelid = c.oid AND a.attgenerated = 'v' AND NOT a.attisdropped)) OR EXISTS (
                SELECT FROM pg_catalog.pg_index i WHERE i.indrelid = c.oid AND i.indimmediate AND i.indisvalid
                  AND CASE c.relreplident WHEN 'd' THEN i.indisprimary WHEN 'i' THEN i.indisreplident ELSE false END)))
            ORDER BY 1, 2""";

    private final SqlSession session;
    private final TypeCatalog types;

    Catalog(SqlSession session, TypeCatalog types) {
        this.session = session;
        this.types = types;
    }

    private record Listed(
            long oid,
            TableId id,
            boolean isPartitioned,
            boolean isUnlogged,
            char identity,
            long rows,
            String comment,
            List<Long> ancestors) {}

    private record Found(
            Column column,
            boolean isCarried,
            boolean isVirtual,
            boolean isIdentity,
            Optional<String> comment,
            Optional<String> text) {}

    private record Index(
            String name,
            boolean isUnique,
            boolean isPrimary,
            boolean isIdentity,
            boolean isKey,
            Optional<String> obstacle,
            String method,
            boolean isExclusion,
            List<String> differences,
            List<String> columns) {
        boolean isMade() {
            return !isPrimary && obstacle.isEmpty();
        }

        /** What of it no target has. */
        Stream<TableDetails.Omission> omissions() {
            String what = isExclusion ? "exclusion" : isUnique ? "uniqueKey" : "index";
            return obstacle.isPresent() && !isPrimary
                    ? Stream.of(new TableDetails.Omission(what, name, obstacle.get()))
                    : differences.stream().map(each -> new TableDetails.Omission(each, name, DIFFERENCES.get(each)));
        }
    }

    /** By name and number. */
    interface Filter {
        boolean takes(TableId table, long oid);
    }

    /** All that the filter takes, with their numbers: one question, however many they are. */
    Map<TableId, Long> numbers(TableSelection selection, Filter filter) {
        Map<TableId, Long> numbers = new LinkedHashMap<>();
        for (Listed each : listed(selection)) {
            if (filter.takes(each.id(), each.oid())) {
                numbers.put(each.id(), each.oid());
            }
        }
        return numbers;
    }

    /** All that the selection takes, by name. */
    List<CatalogTable> tables(TableSelection selection) {
        return tables(selection, (table, oid) -> selection.isSelected(table));
    }

    /** All that the filter takes, by name, each with the key that the selection declares. */
    List<CatalogTable> tables(TableSelection selection, Filter filter) {
        List<Listed> selected = listed(selection).stream()
                .filter(each -> filter.takes(each.id(), each.oid()))
                .toList();
        if (selected.isEmpty()) {
            return List.of();
        }
        String all = numbers(selected.stream());
        Map<Long, List<Found>> columns = byTable(COLUMNS, this::column, all);
        Map<Long, List<Index>> indexes = byTable(INDEXES, Catalog::index, all);
        Map<Long, List<ForeignKey>> keys = byTable(FOREIGN_KEYS, Catalog::foreignKey, all);
        Map<Long, List<TableDetails.Omission>> omissions = byTable(
                OmissionQuery.SQL,
                row -> new TableDetails.Omission(row.getString(2), row.getString(3), row.getString(4)),
                all);
        String roots = numbers(selected.stream().filter(Listed::isPartitioned));
        Map<Long, List<String>> leaves = byTable(LEAVES, row -> row.getString(2), roots);
        List<CatalogTable> tables = new ArrayList<>();
        for (Listed each : selected) {
            tables.add(table(
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
    private static String numbers(Stream<Listed> tables) {
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
    private List<Listed> listed(TableSelection selection) {
        List<TableId> named = List.copyOf(selection.named());
        List<Listed> listed = session.rows(
                TABLES,
                row -> new Listed(
                        row.getLong(1),
                        new TableId(row.getString(2), row.getString(3)),
                        row.getBoolean(4),
                        row.getBoolean(5),
                        row.getString(6).charAt(0),
                        row.getLong(7),
                        row.getString(8),
                        List.of((Long[]) row.getArray(9).getArray())),
                SqlText.array(named.stream().map(TableId::namespace)),
                SqlText.array(named.stream().map(TableId::name)));
        Set<Long> taken = listed.stream()
                .filter(each -> selection.isSelected(each.id()))
                .map(Listed::oid)
                .collect(Collectors.toSet());
        return listed.stream()
                .filter(each -> each.ancestors().stream().noneMatch(taken::contains))
                .toList();
    }

    private static CatalogTable table(
            Listed listed,
            List<String> declaredKey,
            List<Found> found,
            List<Index> indexes,
            List<ForeignKey> foreignKeys,
            List<TableDetails.Omission> omissions,
            List<String> leaves) {
        List<Column> columns = new ArrayList<>();
        List<String> generated = new ArrayList<>();
        Map<String, String> computed = new LinkedHashMap<>();
        Map<String, String> comments = new LinkedHashMap<>();
        Map<String, String> defaults = new LinkedHashMap<>();
        Optional<String> numbered = Optional.empty();
        for (Found each : found) {
            String name = each.column().name();
            if (!each.isCarried()) {
                generated.add(name);
                continue;
            }
            columns.add(each.column());
            each.comment().ifPresent(text -> comments.put(name, text));
            if (each.column().generated()) {
                computed.put(name, each.text().orElse(""));
                continue;
            }
            each.text().ifPresent(text -> defaults.put(name, withoutType(text)));
            boolean isSerial =
                    each.text().filter(text -> text.startsWith("nextval(")).isPresent();
            numbered = numbered.isEmpty() && (each.isIdentity() || isSerial) ? Optional.of(name) : numbered;
        }
        Set<String> identity = identity(listed.identity(), columns, indexes);
        List<String> key = declaredKey.isEmpty() ? key(listed.identity(), columns, indexes) : declaredKey;
        TableSchema schema = new TableSchema(listed.id(), 0, columns, positions(columns, key));
        TableDetails details = new TableDetails(
                schema,
                listed.rows(),
                listed.comment(),
                comments,
                defaults,
                numbered,
                indexes.stream()
                        .filter(Index::isMade)
                        .map(index -> new TableDetails.Index(
                                index.name(),
                                index.isUnique(),
                                index.columns(),
                                TableDetails.Method.valueOf(index.method().toUpperCase(Locale.ROOT))))
                        .toList(),
                foreignKeys,
                Stream.concat(indexes.stream().flatMap(Index::omissions), omissions.stream())
                        .toList(),
                computed);
        return new CatalogTable(
                (int) listed.oid(),
                details,
                listed.isPartitioned(),
                listed.isUnlogged(),
                listed.identity(),
                identity,
                leaves,
                generated,
                indexes.stream().anyMatch(index -> index.isKey() && key.containsAll(index.columns())),
                listed.identity() == 'f' && found.stream().anyMatch(Found::isVirtual));
    }

    /** A literal as any server has it: this one writes its type behind. */
    private static String withoutType(String expression) {
        Matcher literal = TYPED_LITERAL.matcher(expression);
        return literal.matches() ? literal.group(1) : expression;
    }

    private Found column(ResultSet row) throws SQLException {
        Column column = types.column(
                row.getString(2), (int) row.getLong(3), row.getInt(4), !row.getBoolean(5), row.getBoolean(8));
        String kind = row.getString(6);
        return new Found(
                column.generated(!kind.isEmpty()),
                row.getBoolean(11),
                kind.equals("v"),
                row.getBoolean(7),
                Optional.ofNullable(row.getString(9)),
                Optional.ofNullable(row.getString(10)));
    }

    private static Index index(ResultSet row) throws SQLException {
        return new Index(
                row.getString(2),
                row.getBoolean(3),
                row.getBoolean(4),
                row.getBoolean(5),
                row.getBoolean(6),
                Optional.ofNullable(row.getString(7)),
                row.getString(8),
                row.getBoolean(9),
                texts(row, 10),
                texts(row, 11));
    }

    private static ForeignKey foreignKey(ResultSet row) throws SQLException {
        return new ForeignKey(
                row.getString(2),
                texts(row, 7),
                new TableId(row.getString(3), row.getString(4)),
                texts(row, 8),
                action(row.getString(5)),
                action(row.getString(6)));
    }

    private static List<String> texts(ResultSet row, int column) throws SQLException {
        return List.of((String[]) row.getArray(column).getArray());
    }

    private static String action(String letter) {
        return switch (letter) {
            case "r" -> "RESTRICT";
            case "c" -> "CASCADE";
            case "n" -> "SET NULL";
            case "d" -> "SET DEFAULT";
            default -> "NO ACTION";
        };
    }

    private static Set<String> identity(char identity, List<Column> columns, List<Index> indexes) {
        Set<String> names = new HashSet<>();
        switch (identity) {
            case 'f' -> columns.forEach(column -> names.add(column.name()));
            case 'd' ->
                indexes.stream()
                        .filter(index -> index.isPrimary() && index.isKey())
                        .forEach(index -> names.addAll(index.columns()));
            case 'i' ->
                indexes.stream()
                        .filter(index -> index.isIdentity() && index.isKey())
                        .forEach(index -> names.addAll(index.columns()));
            default -> names.clear();
        }
        return names;
    }

    /** The identity's index, else the primary key, else the first unique key whose columns are never NULL. */
    private static List<String> key(char identity, List<Column> columns, List<Index> indexes) {
        List<Index> keys = indexes.stream()
                .filter(Index::isKey)
                .filter(index -> isNeverNull(index, columns))
                .toList();
        return keys.stream()
                .filter(index -> identity == 'i' && index.isIdentity())
                .findFirst()
                .or(() -> keys.stream().filter(Index::isPrimary).findFirst())
                .or(() -> keys.stream().findFirst())
                .map(Index::columns)
                .orElse(List.of());
    }

    private static boolean isNeverNull(Index index, List<Column> columns) {
        return index.columns().stream()
                .allMatch(name ->
                        columns.stream().anyMatch(column -> column.name().equals(name) && !column.nullable()));
    }

    /** Of a key with a column that is not there, nothing. */
    private static List<Integer> positions(List<Column> columns, List<String> key) {
        List<Integer> positions = new ArrayList<>();
        for (String name : key) {
            for (int i = 0; i < columns.size(); i++) {
                if (columns.get(i).name().equals(name)) {
                    positions.add(i);
                }
            }
        }
        return positions.size() == key.size() ? positions : List.of();
    }
}
