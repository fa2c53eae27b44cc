package io.millrace.reader.mysql.check;

import io.millrace.error.ErrorCode;
import io.millrace.error.Findings;
import io.millrace.reader.ForeignKey;
import io.millrace.reader.TableDetails;
import io.millrace.reader.TableSelection;
import io.millrace.reader.mysql.catalog.Catalog;
import io.millrace.reader.mysql.catalog.ColumnTypes;
import io.millrace.reader.mysql.catalog.TableKeys;
import io.millrace.reader.mysql.charset.ByteCharsets;
import io.millrace.reader.mysql.charset.SourceCharsets;
import io.millrace.reader.mysql.sql.ServerVariables;
import io.millrace.reader.mysql.sql.SqlSession;
import io.millrace.reader.mysql.sql.SqlText;
import io.millrace.schema.Column;
import io.millrace.schema.TableId;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** Whether each selected table can be carried: its key, its types, its engine, and what changes it unseen. */
final class TableCheck {
    /** Rows are elsewhere, or nowhere. */
    private static final Set<String> ENGINES_WITHOUT_ROWS =
            Set.of("BLACKHOLE", "FEDERATED", "CONNECT", "SPIDER", "MRG_MYISAM", "MERGE", "S3", "OQGRAPH", "SEQUENCE");

    private static final Set<String> ENGINES_WITH_SNAPSHOTS = Set.of("INNODB", "ROCKSDB");

    /** Which character sets the stream decodes. */
    private final ByteCharsets byteCharsets = ByteCharsets.load();

    private final SqlSession session;
    private final ServerVariables variables;
    private final Findings findings;

    TableCheck(SqlSession session, ServerVariables variables, Findings findings) {
        this.session = session;
        this.variables = variables;
        this.findings = findings;
    }

    void check(List<TableDetails> tables, TableSelection selection) {
        Catalog catalog = new Catalog(session);
        for (Catalog.Listed listed : catalog.list(selection)) {
            if (!listed.type().equals("BASE TABLE")) {
                refuse(listed.table(), "cannot be carried yet: type=" + listed.type());
            }
        }
        for (TableId ghost : catalog.ghosts(selection)) {
            findings.warning(
                    ErrorCode.TABLE_REFUSED,
                    ghost.toString(),
                    "left out: its name is that of a working table of gh-ost or pt-online-schema-change",
                    "drop it when the change is over, or give it another name");
        }
        Map<TableId, String> engines = engines(tables);
        Set<TableId> hashed = hashed(tables);
        Map<TableId, TableKeys> keys = catalog.keys(
                tables.stream().map(table -> table.schema().table()).toList());
        for (TableDetails table : tables) {
            TableId id = table.schema().table();
            checkKey(table, keys.get(id), selection.declaredKey(id));
            checkTypes(table);
            checkForeignKeys(table);
            checkEngine(id, engines.getOrDefault(id, ""));
            if (hashed.contains(id)) {
                refuse(id, "has a unique index over long texts, for which the server logs a hidden column: type=HASH");
            }
        }
    }

    private void refuse(TableId table, String why) {
        findings.error(
                ErrorCode.TABLE_REFUSED,
                table.toString(),
                "table " + why + ", table=" + table,
                "exclude " + table + " from the task's tables");
    }

    private void checkKey(TableDetails table, TableKeys keys, List<String> declared) {
        TableId id = table.schema().table();
        List<Column> key =
                table.schema().key().stream().map(table.schema().columns()::get).toList();
        if (key.isEmpty()) {
            boolean isMisspelt = !declared.isEmpty();
            findings.error(
                    isMisspelt ? ErrorCode.INVALID_VALUE : ErrorCode.TABLE_WITHOUT_KEY,
                    id.toString(),
                    isMisspelt
                            ? "declared key has a column that the table has not: table=" + id + ", key=" + declared
                            : "table has no primary key and no unique index without NULL: table=" + id,
                    isMisspelt
                            ? "spell the columns under key: as the table has them"
                            : "ALTER TABLE " + SqlText.quoted(id)
                                    + " ADD PRIMARY KEY (…), or declare key: […], or exclude it");
            return;
        }
        for (Column column : key) {
            if (column.nullable()) {
                findings.error(
                        ErrorCode.INVALID_VALUE,
                        id.toString(),
                        "key column may be NULL, which tells no rows apart: table=" + id + ", column=" + column.name(),
                        "declare another key, or make the column NOT NULL");
            }
        }
        List<String> names = key.stream().map(Column::name).toList();
        if (!declared.isEmpty() && !keys.isUnique(names)) {
            findings.warning(
                    ErrorCode.INVALID_VALUE,
                    id.toString(),
                    "declared key is not unique by any index of the source: table=" + id + ", key=" + names,
                    "add a unique index on it, or be sure that no two rows share it");
        }
        if (keys.indexOn(names).isEmpty()) {
            findings.warning(
                    ErrorCode.TABLE_WITHOUT_KEY,
                    id.toString(),
                    "no index holds the whole key in its order, so each chunk of a load sorts the table: table=" + id
                            + ", key=" + names,
                    "add an index on the key's whole columns");
        }
    }

    private void checkTypes(TableDetails table) {
        TableId id = table.schema().table();
        for (Column column : table.schema().columns()) {
            boolean isCarried = switch (column.type()) {
                case OTHER -> ColumnTypes.isAddress(column);
                case VECTOR -> !variables.isMariaDb(); // whose vectors no tested server has
                default -> true;
            };
            String charset = charset(column);
            if (!charset.isEmpty() && !SourceCharsets.isKnown(charset, byteCharsets)) {
                refuse(
                        id,
                        "has a column whose character set cannot be carried yet: column=" + column.name() + ", charset="
                                + charset);
            }
            if (!isCarried) {
                refuse(
                        id,
                        "has a column whose type cannot be carried yet: column=" + column.name() + ", type="
                                + column.sourceType());
            }
        }
    }

    private static String charset(Column column) {
        int end = column.collation().indexOf('_');
        return end < 0 ? column.collation() : column.collation().substring(0, end);
    }

    /** What keys do to a child unseen is followed only from a snapshot whose transactions are known one by one. */
    private void checkForeignKeys(TableDetails table) {
        boolean isExact = variables.isMariaDb() || variables.hasMySqlGtids();
        if (!isExact && table.foreignKeys().stream().anyMatch(ForeignKey::isUnlogged)) {
            findings.warning(
                    ErrorCode.SOURCE_SETTING,
                    table.schema().table().toString(),
                    "foreign keys change the table without a trace in the binlog, so that it cannot be loaded from a"
                            + " server without GTIDs: table=" + table.schema().table(),
                    "SET GLOBAL gtid_mode = ON, in its steps, or foreign_key_actions: ignore");
        }
    }

    private void checkEngine(TableId table, String engine) {
        String upper = engine.toUpperCase(Locale.ROOT);
        if (ENGINES_WITHOUT_ROWS.contains(upper)) {
            refuse(table, "has no rows of its own: engine=" + engine);
        } else if (!upper.isEmpty() && !ENGINES_WITH_SNAPSHOTS.contains(upper)) {
            findings.warning(
                    ErrorCode.SOURCE_SETTING,
                    table.toString(),
                    "engine has no snapshots, so a load sees rows while they change; later changes put them right:"
                            + " table="
                            + table + ", engine=" + engine,
                    "ALTER TABLE " + SqlText.quoted(table) + " ENGINE = InnoDB");
        }
    }

    private static Set<String> schemas(List<TableDetails> tables) {
        return tables.stream()
                .map(table -> table.schema().table().namespace())
                .collect(Collectors.toCollection(TreeSet::new));
    }

    /** Tables of which MariaDB keeps a hash in a column that no catalog shows, and that each row event has. */
    private Set<TableId> hashed(List<TableDetails> tables) {
        Set<TableId> hashed = new HashSet<>();
        if (variables.isMariaDb()) {
            for (String schema : schemas(tables)) {
                session.rows(
                        "SELECT DISTINCT TABLE_NAME FROM information_schema.STATISTICS JOIN information_schema.TABLES USING"
                                + " (TABLE_SCHEMA, TABLE_NAME) WHERE INDEX_TYPE = 'HASH' AND NON_UNIQUE = 0 AND ENGINE <>"
                                + " 'MEMORY' AND TABLE_SCHEMA = " + SqlText.literal(schema),
                        row -> hashed.add(new TableId(schema, row.getString(1))));
            }
        }
        return hashed;
    }

    private Map<TableId, String> engines(List<TableDetails> tables) {
        Map<TableId, String> engines = new HashMap<>();
        for (String schema : schemas(tables)) {
            session.rows(
                    "SELECT TABLE_NAME, ENGINE FROM information_schema.TABLES WHERE TABLE_SCHEMA = "
                            + SqlText.literal(schema) + " AND ENGINE IS NOT NULL",
                    row -> engines.put(new TableId(schema, row.getString(1)), row.getString(2)));
        }
        return engines;
    }
}
