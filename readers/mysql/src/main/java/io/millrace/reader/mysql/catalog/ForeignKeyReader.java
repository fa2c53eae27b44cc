package io.millrace.reader.mysql.catalog;

import io.millrace.reader.ForeignKey;
import io.millrace.reader.mysql.sql.SqlSession;
import io.millrace.reader.mysql.sql.SqlText;
import io.millrace.schema.TableId;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads foreign keys with their actions. MariaDB shows the actions in {@code REFERENTIAL_CONSTRAINTS} only to accounts that may
 * do more than SELECT; there they are taken from the table's own text, and an action that is found nowhere counts as one
 * ({@link #UNKNOWN}), since rows that change unseen would be lost.
 */
final class ForeignKeyReader {
    static final String UNKNOWN = "UNKNOWN";

    private static final Pattern CLAUSE = Pattern.compile("^ *CONSTRAINT `(.*)` FOREIGN KEY \\(.*?"
            + "(?: ON DELETE (CASCADE|SET NULL|SET DEFAULT|RESTRICT|NO ACTION))?"
            + "(?: ON UPDATE (CASCADE|SET NULL|SET DEFAULT|RESTRICT|NO ACTION))?,?$");

    private final SqlSession session;
    private final boolean areActionsLogged;

    ForeignKeyReader(SqlSession session) {
        this.session = session;
        // Both servers run actions inside the storage engine, unseen by the binlog, save where this variable says
        // otherwise.
        areActionsLogged = session.row(
                        "SHOW GLOBAL VARIABLES LIKE 'innodb\\_native\\_foreign\\_keys'", row -> row.getString(2))
                .filter(value -> value.equalsIgnoreCase("OFF"))
                .isPresent();
    }

    private record Name(String table, String constraint) {}

    private record Actions(String onDelete, String onUpdate) {}

    private record Usage(List<String> columns, List<TableId> parents, List<String> parentColumns) {
        Usage add(ResultSet row) throws SQLException {
            columns.add(row.getString(3));
            parents.add(new TableId(row.getString(4), row.getString(5)));
            parentColumns.add(row.getString(6));
            return this;
        }
    }

    /** Hands over each foreign key of the tables in a condition on {@code TABLE_SCHEMA} and {@code TABLE_NAME}. */
    void read(String schema, String condition, BiConsumer<TableId, ForeignKey> sink) {
        Map<Name, Usage> usages = new LinkedHashMap<>();
        session.rows(
                "SELECT TABLE_NAME, CONSTRAINT_NAME, COLUMN_NAME, REFERENCED_TABLE_SCHEMA, REFERENCED_TABLE_NAME,"
                        + " REFERENCED_COLUMN_NAME FROM information_schema.KEY_COLUMN_USAGE WHERE " + condition
                        + " AND REFERENCED_TABLE_NAME IS NOT NULL ORDER BY TABLE_NAME, CONSTRAINT_NAME,"
                        + " ORDINAL_POSITION",
                row -> usages.computeIfAbsent(
                                new Name(row.getString(1), row.getString(2)),
                                name -> new Usage(new ArrayList<>(), new ArrayList<>(), new ArrayList<>()))
                        .add(row));
        if (usages.isEmpty()) {
            return;
        }
        Map<Name, Actions> actions = new HashMap<>();
        session.rows(
                "SELECT TABLE_NAME, CONSTRAINT_NAME, DELETE_RULE, UPDATE_RULE FROM"
                        + " information_schema.REFERENTIAL_CONSTRAINTS WHERE "
                        + condition.replace("TABLE_SCHEMA", "CONSTRAINT_SCHEMA"),
                row -> actions.put(
                        new Name(row.getString(1), row.getString(2)), new Actions(row.getString(3), row.getString(4))));
        usages.keySet().stream()
                .filter(name -> !actions.containsKey(name))
                .map(Name::table)
                .distinct()
                .toList()
                .forEach(table -> readText(new TableId(schema, table), actions));
        usages.forEach((name, usage) -> {
            Actions known = actions.getOrDefault(name, new Actions(UNKNOWN, UNKNOWN));
            sink.accept(
                    new TableId(schema, name.table()),
                    new ForeignKey(
                            name.constraint(),
                            usage.columns(),
                            usage.parents().get(0),
                            usage.parentColumns(),
                            known.onDelete(),
                            known.onUpdate(),
                            areActionsLogged));
        });
    }

    private void readText(TableId table, Map<Name, Actions> actions) {
        String text = session.row("SHOW CREATE TABLE " + SqlText.quoted(table), row -> row.getString(2))
                .orElse("");
        text.lines().forEach(line -> {
            Matcher clause = CLAUSE.matcher(line);
            if (clause.matches()) {
                actions.putIfAbsent(
                        new Name(table.name(), clause.group(1)),
                        new Actions(orDefault(clause.group(2)), orDefault(clause.group(3))));
            }
        });
    }

    /** What is not written is the default. */
    private static String orDefault(String action) {
        return action == null ? "RESTRICT" : action;
    }
}
