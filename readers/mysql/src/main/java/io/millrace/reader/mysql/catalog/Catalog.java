package io.millrace.reader.mysql.catalog;

import io.millrace.reader.TableDetails;
import io.millrace.reader.TableSelection;
import io.millrace.reader.mysql.sql.SqlSession;
import io.millrace.reader.mysql.sql.SqlText;
import io.millrace.schema.TableId;
import io.millrace.schema.TableState;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.BiConsumer;
import java.util.stream.Collectors;

/**
 * Reads {@code information_schema} for the selected tables: a few queries for each schema, however many tables it has, and for
 * few tables of a schema a few queries for each. Both servers open a table's files for what is asked by name only.
 *
 * <p>Confined to its session's thread.
 */
public final class Catalog {
    /** Up to how many tables of a schema are asked for one by one. */
    private static final int ONE_BY_ONE = 8;

    /** Up to how many tables the number of rows is estimated, for which a server opens each. */
    private static final int ESTIMATED_TABLES = 500;

    private final SqlSession session;
    private final boolean hasExpressions;
    private final boolean isMariaDb;
    private final OmissionReader omissions;

    public Catalog(SqlSession session) {
        this.session = session;
        hasExpressions = knows("STATISTICS", "EXPRESSION");
        isMariaDb = session.row("SHOW GLOBAL VARIABLES LIKE 'gtid\\_binlog\\_pos'", row -> true)
                .isPresent();
        String hidden = knows("STATISTICS", "IS_VISIBLE")
                ? "IS_VISIBLE = 'NO'"
                : knows("STATISTICS", "IGNORED") ? "IGNORED = 'YES'" : "FALSE";
        omissions = new OmissionReader(session, hidden, knows("COLUMNS", "SRS_ID"), !isMariaDb);
    }

    /** A table that can have rows of its own, as the catalog lists it. */
    public record Listed(TableId table, String type) {
        boolean isTable() {
            return type.equals("BASE TABLE") || type.equals("SYSTEM VERSIONED");
        }
    }

    /** Everything that the selection takes and that is no view nor a working table of an online schema change. */
    public List<Listed> list(TableSelection selection) {
        List<Listed> all = listAll(selection);
        Set<TableId> ghosts = ghosts(all);
        return all.stream().filter(listed -> !ghosts.contains(listed.table())).toList();
    }

    /** The working tables of online schema changes that the selection would take. */
    public List<TableId> ghosts(TableSelection selection) {
        return ghosts(listAll(selection)).stream().sorted().toList();
    }

    private static Set<TableId> ghosts(List<Listed> all) {
        Set<TableId> names = all.stream().map(Listed::table).collect(Collectors.toSet());
        return names.stream()
                .filter(table -> OnlineSchemaChange.isGhost(table, names::contains))
                .collect(Collectors.toSet());
    }

    private List<Listed> listAll(TableSelection selection) {
        return session
                .rows(
                        "SELECT TABLE_SCHEMA, TABLE_NAME, TABLE_TYPE FROM information_schema.TABLES WHERE TABLE_SCHEMA NOT IN"
                                + " ('mysql', 'information_schema', 'performance_schema', 'sys')"
                                + " AND TABLE_TYPE NOT IN ('VIEW', 'SYSTEM VIEW', 'TEMPORARY')",
                        row -> new Listed(new TableId(row.getString(1), row.getString(2)), row.getString(3)))
                .stream()
                .filter(listed -> selection.isSelected(listed.table()))
                .sorted((a, b) -> a.table().compareTo(b.table()))
                .toList();
    }

    public List<TableDetails> tables(TableSelection selection) {
        return drafts(selection).stream().map(TableDraft::details).toList();
    }

    /** Tells each table, and what a reader follows of it: shape, indexes, default collation. */
    public void tables(TableSelection selection, BiConsumer<TableDetails, TableState> consumer) {
        drafts(selection).forEach(draft -> consumer.accept(draft.details(), draft.state()));
    }

    /** Each database's default collation. */
    public Map<String, String> databaseCollations() {
        Map<String, String> collations = new TreeMap<>();
        session.rows(
                "SELECT SCHEMA_NAME, DEFAULT_COLLATION_NAME FROM information_schema.SCHEMATA",
                row -> collations.put(row.getString(1), row.getString(2)));
        return collations;
    }

    private List<TableDraft> drafts(TableSelection selection) {
        List<TableId> selected = list(selection).stream()
                .filter(Listed::isTable)
                .map(Listed::table)
                .toList();
        Map<TableId, TableDraft> drafts = new TreeMap<>();
        for (TableId table : selected) {
            drafts.put(table, new TableDraft(table, selection.declaredKey(table), isMariaDb));
        }
        boolean isEstimated = selected.size() <= ESTIMATED_TABLES;
        // MySQL 8: otherwise an estimate may be a day old.
        session.executeWhereKnown("SET SESSION information_schema_stats_expiry = 0");
        for (Scope scope : scopes(selected)) {
            read(scope, drafts, isEstimated);
        }
        return drafts.values().stream()
                .filter(TableDraft::hasColumns) // dropped since it was listed
                .toList();
    }

    /** A query's part of the catalog: all tables of one schema, or one. */
    record Scope(String schema, Optional<String> table) {
        String condition() {
            return condition("TABLE_SCHEMA", "TABLE_NAME");
        }

        boolean holds(TableId id) {
            return id.namespace().equals(schema)
                    && table.filter(name -> !name.equals(id.name())).isEmpty();
        }

        /** Where the view calls its columns so. */
        String condition(String schemaColumn, String tableColumn) {
            return schemaColumn + " = " + SqlText.literal(schema)
                    + table.map(name -> " AND " + tableColumn + " = " + SqlText.literal(name))
                            .orElse("");
        }
    }

    private static List<Scope> scopes(List<TableId> tables) {
        Map<String, List<TableId>> bySchema = new LinkedHashMap<>();
        tables.forEach(table -> bySchema.computeIfAbsent(table.namespace(), name -> new ArrayList<>())
                .add(table));
        List<Scope> scopes = new ArrayList<>();
        bySchema.forEach((schema, members) -> {
            if (members.size() <= ONE_BY_ONE) {
                members.forEach(table -> scopes.add(new Scope(schema, Optional.of(table.name()))));
            } else {
                scopes.add(new Scope(schema, Optional.empty()));
            }
        });
        return scopes;
    }

    private void read(Scope part, Map<TableId, TableDraft> drafts, boolean isEstimated) {
        String scope = part.condition();
        each(
                "SELECT TABLE_SCHEMA, TABLE_NAME, " + (isEstimated ? "TABLE_ROWS" : "NULL")
                        + ", TABLE_COMMENT, TABLE_COLLATION FROM information_schema.TABLES WHERE " + scope,
                drafts,
                (draft, row) -> draft.about(longOr(row, 3, -1), textOf(row, 4), textOf(row, 5)));
        each(
                "SELECT TABLE_SCHEMA, TABLE_NAME, COLUMN_NAME, DATA_TYPE, COLUMN_TYPE, IS_NULLABLE, CHARACTER_MAXIMUM_LENGTH,"
                        + " NUMERIC_PRECISION, NUMERIC_SCALE, DATETIME_PRECISION, COLLATION_NAME, EXTRA, COLUMN_COMMENT,"
                        + " COLUMN_DEFAULT, GENERATION_EXPRESSION FROM information_schema.COLUMNS WHERE "
                        + scope + " ORDER BY TABLE_NAME, ORDINAL_POSITION",
                drafts,
                Catalog::addColumn);
        if (isMariaDb) {
            readChecks(part, drafts);
        }
        each(indexParts(scope), drafts, (draft, row) -> draft.add(part(row)));
        omissions.read(part, drafts);
        new ForeignKeyReader(session).read(part.schema(), scope, (table, key) -> {
            TableDraft draft = drafts.get(table);
            if (draft != null) {
                draft.add(key);
            }
        });
    }

    /** By table the names of columns that are computed and not stored; tables without such are not in it. */
    public Map<TableId, Set<String>> virtualColumns(List<TableId> tables) {
        Map<TableId, Set<String>> columns = new TreeMap<>();
        Set<TableId> asked = Set.copyOf(tables);
        for (Scope scope : scopes(tables)) {
            session.rows(
                    "SELECT TABLE_SCHEMA, TABLE_NAME, COLUMN_NAME FROM information_schema.COLUMNS WHERE "
                            + scope.condition() + " AND EXTRA LIKE '%VIRTUAL GENERATED%'",
                    row -> {
                        TableId table = new TableId(row.getString(1), row.getString(2));
                        return asked.contains(table)
                                && columns.computeIfAbsent(table, name -> new TreeSet<>())
                                        .add(row.getString(3));
                    });
        }
        return columns;
    }

    /** The indexes of these tables alone. */
    public Map<TableId, TableKeys> keys(List<TableId> tables) {
        Map<TableId, TableKeys> keys = new TreeMap<>();
        tables.forEach(table -> keys.put(table, new TableKeys()));
        for (Scope scope : scopes(tables)) {
            session.rows(indexParts(scope.condition()), row -> {
                TableKeys found = keys.get(new TableId(row.getString(1), row.getString(2)));
                if (found != null) {
                    found.add(part(row));
                }
                return found;
            });
        }
        return keys;
    }

    private String indexParts(String scope) {
        return "SELECT TABLE_SCHEMA, TABLE_NAME, INDEX_NAME, NON_UNIQUE, COLUMN_NAME, SUB_PART, "
                + (hasExpressions ? "EXPRESSION" : "NULL") + ", COLLATION FROM information_schema.STATISTICS WHERE "
                + scope
                + " AND INDEX_TYPE NOT IN ('FULLTEXT', 'SPATIAL') ORDER BY TABLE_NAME, INDEX_NAME, SEQ_IN_INDEX";
    }

    private static TableKeys.Part part(ResultSet row) throws SQLException {
        return new TableKeys.Part(
                row.getString(3),
                row.getInt(4) == 0,
                row.getString(5),
                row.getInt(6),
                row.getString(7),
                "D".equals(row.getString(8)));
    }

    private static void addColumn(TableDraft draft, ResultSet row) throws SQLException {
        draft.add(
                new ColumnTypes.Entry(
                        row.getString(3),
                        row.getString(4),
                        row.getString(5),
                        row.getString(6).equals("YES"),
                        longOr(row, 7, -1),
                        (int) longOr(row, 8, -1),
                        (int) longOr(row, 9, -1),
                        (int) longOr(row, 10, 0),
                        textOf(row, 11),
                        textOf(row, 12)),
                textOf(row, 13),
                row.getString(14),
                textOf(row, 15));
    }

    /** MariaDB's JSON is text with a check of its own. */
    private void readChecks(Scope scope, Map<TableId, TableDraft> drafts) {
        each(
                "SELECT CONSTRAINT_SCHEMA, TABLE_NAME, CONSTRAINT_NAME, CHECK_CLAUSE FROM"
                        + " information_schema.CHECK_CONSTRAINTS WHERE "
                        + scope.condition("CONSTRAINT_SCHEMA", "TABLE_NAME"),
                drafts,
                (draft, row) -> draft.addCheck(row.getString(3), row.getString(4)));
    }

    interface DraftReader {
        void read(TableDraft draft, ResultSet row) throws SQLException;
    }

    /** Runs a query whose first columns are schema and table, and passes on the rows of selected tables. */
    static void each(SqlSession session, String sql, Map<TableId, TableDraft> drafts, DraftReader reader) {
        session.rows(sql, row -> {
            TableDraft draft = drafts.get(new TableId(row.getString(1), row.getString(2)));
            if (draft != null) {
                reader.read(draft, row);
            }
            return draft;
        });
    }

    private void each(String sql, Map<TableId, TableDraft> drafts, DraftReader reader) {
        each(session, sql, drafts, reader);
    }

    private boolean knows(String view, String column) {
        return session.value("SELECT 1 FROM information_schema.COLUMNS WHERE TABLE_SCHEMA = 'information_schema' AND"
                        + " UPPER(TABLE_NAME) = '" + view + "' AND UPPER(COLUMN_NAME) = '" + column + "'")
                .isPresent();
    }

    private static long longOr(ResultSet row, int column, long fallback) throws SQLException {
        String text = row.getString(column);
        return text == null ? fallback : Long.parseUnsignedLong(text);
    }

    private static String textOf(ResultSet row, int column) throws SQLException {
        String text = row.getString(column);
        return text == null ? "" : text;
    }
}
