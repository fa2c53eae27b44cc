package io.millrace.writer.mysql.check;

import io.millrace.error.ErrorCode;
import io.millrace.error.Findings;
import io.millrace.schema.Column;
import io.millrace.schema.TableId;
import io.millrace.writer.StructureItem;
import io.millrace.writer.TargetColumn;
import io.millrace.writer.TargetState;
import io.millrace.writer.TargetTable;
import io.millrace.writer.mysql.catalog.Catalog;
import io.millrace.writer.mysql.catalog.CatalogColumn;
import io.millrace.writer.mysql.catalog.CatalogTable;
import io.millrace.writer.mysql.catalog.Engines;
import io.millrace.writer.mysql.catalog.ForeignKeyPairs;
import io.millrace.writer.mysql.catalog.Grants;
import io.millrace.writer.mysql.catalog.MarkColumns;
import io.millrace.writer.mysql.catalog.RowPresence;
import io.millrace.writer.mysql.catalog.TableBarriers;
import io.millrace.writer.mysql.connection.Dialect;
import io.millrace.writer.mysql.connection.Identifiers;
import io.millrace.writer.mysql.connection.MySqlSession;
import io.millrace.writer.mysql.connection.NameList;
import io.millrace.writer.mysql.type.TypeFit;
import io.millrace.writer.sql.TableTies;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** How planned tables stand at the server, every difference at once. Changes nothing. */
public final class Inspection {
    private final MySqlSession session;
    private final Dialect dialect;
    private final ForeignKeyPairs pairs;
    private final List<StructureItem> noted;

    /**
     * Over a session.
     *
     * @param noted what the task's own tables get behind their load: it ties rows from the beginning
     */
    public Inspection(MySqlSession session, Dialect dialect, ForeignKeyPairs pairs, List<StructureItem> noted) {
        this.session = session;
        this.dialect = dialect;
        this.pairs = pairs;
        this.noted = noted;
    }

    /** What the server says of all tables beyond their columns. */
    private record Asked(
            Map<TableId, Findings> privileges, Map<TableId, List<String>> triggers, Set<TableId> withRows) {}

    public Map<TableId, TargetState> of(List<TargetTable> plans) throws SQLException {
        Map<TableId, CatalogTable> tables =
                Catalog.tables(session, plans.stream().map(TargetTable::name).toList());
        Asked asked = ask(plans, tables);
        Map<TableId, TargetState> states = new HashMap<>();
        for (TargetTable plan : plans) {
            CatalogTable table = tables.get(plan.name());
            states.put(
                    plan.name(),
                    table == null
                            ? new TargetState(false, false, false, List.of(), List.of())
                            : state(plan, table, asked));
        }
        return states;
    }

    private Asked ask(List<TargetTable> plans, Map<TableId, CatalogTable> tables) throws SQLException {
        List<TableId> ours = plans.stream()
                .map(TargetTable::name)
                .filter(name -> tables.containsKey(name) && isTable(tables.get(name)))
                .toList();
        if (ours.isEmpty()) {
            return new Asked(Map.of(), Map.of(), Set.of());
        }
        Grants grants = Grants.of(session);
        Map<TableId, Findings> privileges = new HashMap<>();
        List<TableId> readable = new ArrayList<>();
        for (TableId table : ours) {
            Findings findings = new Findings();
            boolean canRead = grants.mayWriteTo(table.namespace())
                    || TableBarriers.findPrivileges(session, table, tables.get(table), findings);
            privileges.put(table, findings);
            if (canRead) {
                readable.add(table);
            }
        }
        return new Asked(privileges, TableBarriers.triggers(session, ours), RowPresence.of(session, readable));
    }

    private TargetState state(TargetTable plan, CatalogTable table, Asked asked) throws SQLException {
        Findings findings = new Findings();
        findKind(plan, table, findings);
        if (!isTable(table)) {
            return new TargetState(true, false, false, List.of(), findings.list());
        }
        List<String> computed = new ArrayList<>();
        for (TargetColumn column : plan.columns()) {
            Optional<CatalogColumn> has = table.column(column.name());
            if (has.isPresent() && has.get().isGenerated() && plan.mayBeComputed(column)) {
                computed.add(column.name());
            } else if (has.isPresent()) {
                compare(plan, column, has.get(), findings);
            } else {
                missing(plan, column, findings);
            }
        }
        MarkColumns.find(plan, table, findings);
        findFurtherColumns(plan, table, findings);
        List<String> key =
                plan.key().stream().map(i -> plan.columns().get(i).name()).toList();
        findKey(plan, table, key, findings);
        findings.addAll(asked.privileges().get(plan.name()).list());
        TableBarriers.findTriggers(asked.triggers().getOrDefault(plan.name(), List.of()), plan.name(), findings);
        TableTies enforced = ties(table, key, pairs.of(plan.name(), session));
        TableTies ties = enforced.and(plan.name(), noted, false);
        return new TargetState(
                true,
                asked.withRows().contains(plan.name()),
                ties.isTied(),
                enforced.isTied(),
                ties.tables(),
                planned(plan, ties.uniqueColumns()),
                computed,
                findings.list());
    }

    /** As the server has them: further unique keys, and foreign keys that tie it to others. */
    private static TableTies ties(CatalogTable table, List<String> key, List<TableId> others) {
        return new TableTies(
                table.hasOtherUniqueIndex(key) || !others.isEmpty(), others, table.otherUniqueColumns(key));
    }

    private static boolean isTable(CatalogTable table) {
        return table.kind().equals("BASE TABLE");
    }

    /** By the plan's spelling: the server's may differ in case. */
    private static List<String> planned(TargetTable plan, List<String> names) {
        return plan.columns().stream()
                .map(TargetColumn::name)
                .filter(name -> names.stream().anyMatch(name::equalsIgnoreCase))
                .toList();
    }

    private void findKind(TargetTable plan, CatalogTable table, Findings findings) throws SQLException {
        if (!isTable(table)) {
            findings.error(
                    ErrorCode.TARGET_TABLE_MISMATCH,
                    plan.name().toString(),
                    "the target's relation is not a table: type=" + table.kind(),
                    "drop it, or map the source table to another name");
        } else if (!Engines.isTransactional(session, table.engine())) {
            findings.error(
                    ErrorCode.TARGET_TABLE_MISMATCH,
                    plan.name().toString(),
                    "the table is not transactional: rows would stand without their checkpoint: engine="
                            + table.engine(),
                    "ALTER TABLE " + Identifiers.quote(plan.name()) + " ENGINE=InnoDB");
        }
    }

    private static void missing(TargetTable plan, TargetColumn column, Findings findings) {
        findings.error(
                ErrorCode.TARGET_TABLE_MISMATCH,
                subject(plan, column.name()),
                "the column is missing at the target: needs=" + column.sqlType(),
                "ALTER TABLE " + Identifiers.quote(plan.name()) + " ADD COLUMN " + Identifiers.quote(column.name())
                        + " " + column.sqlType());
    }

    private static String subject(TargetTable plan, String column) {
        return plan.name() + "." + column;
    }

    private void compare(TargetTable plan, TargetColumn column, CatalogColumn has, Findings findings) {
        Column source = plan.source().columns().get(column.sourceColumn());
        String subject = subject(plan, column.name());
        boolean isKey = plan.key().contains(plan.columns().indexOf(column));
        String types = ": source=" + source.sourceType() + ", needs=" + column.sqlType() + ", has=" + has.sqlType()
                + (has.collation().isEmpty() ? "" : " COLLATE " + has.collation());
        String alter = "ALTER TABLE " + Identifiers.quote(plan.name()) + " MODIFY COLUMN "
                + Identifiers.quote(column.name()) + " " + column.sqlType();
        switch (isKey ? TypeFit.ofKey(source, has, dialect) : TypeFit.of(source, has)) {
            case EXACT -> {}
            case LOUD -> {
                if (!isPlanned(column, has)) {
                    findings.warning(
                            ErrorCode.TARGET_TABLE_MISMATCH,
                            subject,
                            "not every value fits the target's type" + types,
                            "rows whose value does not fit will be dirty; widen the column to be safe");
                }
            }
            case LOSSY ->
                findings.error(
                        ErrorCode.TARGET_TABLE_MISMATCH,
                        subject,
                        "the target's type would change values, or take different keys for one" + types,
                        alter);
        }
        if (has.isGenerated()) {
            findings.error(
                    ErrorCode.TARGET_TABLE_MISMATCH,
                    subject,
                    "the target computes the column itself",
                    "make it an ordinary column, or leave it out (columns.drop)");
        }
        if (has.isAutoIncrement() && column.nullable()) {
            findings.error(
                    ErrorCode.TARGET_TABLE_MISMATCH,
                    subject,
                    "the source allows NULL, in place of which the target puts a number of its own: AUTO_INCREMENT",
                    alter + " NULL");
        } else if (has.isNotNull() && column.nullable()) {
            findings.warning(
                    ErrorCode.TARGET_TABLE_MISMATCH,
                    subject,
                    "the source allows NULL and the target does not",
                    alter + " NULL");
        }
    }

    /** Whether it is what we would make, of which the reference says what does not fit. */
    private static boolean isPlanned(TargetColumn column, CatalogColumn has) {
        String planned = column.sqlType().toLowerCase(Locale.ROOT);
        return planned.equals(has.sqlType()) || planned.startsWith(has.sqlType() + " collate");
    }

    private static void findFurtherColumns(TargetTable plan, CatalogTable table, Findings findings) {
        Set<String> written = new HashSet<>();
        plan.columns().forEach(column -> written.add(column.name().toLowerCase(Locale.ROOT)));
        plan.mark().ifPresent(column -> written.add(column.toLowerCase(Locale.ROOT)));
        for (CatalogColumn column : table.columns()) {
            boolean isWritten = written.contains(column.name().toLowerCase(Locale.ROOT));
            if (!isWritten && column.isNotNull() && !column.isFilled() && !column.isGenerated()) {
                findings.error(
                        ErrorCode.TARGET_TABLE_MISMATCH,
                        subject(plan, column.name()),
                        "the target needs a value that the source does not have",
                        "ALTER TABLE " + Identifiers.quote(plan.name()) + " ALTER COLUMN "
                                + Identifiers.quote(column.name()) + " SET DEFAULT …, or allow NULL");
            }
        }
    }

    private static void findKey(TargetTable plan, CatalogTable table, List<String> key, Findings findings) {
        if (!key.isEmpty() && !table.hasKeyIndex(key)) {
            findings.warning(
                    ErrorCode.TARGET_TABLE_MISMATCH,
                    plan.name().toString(),
                    "no unique index is on exactly the key: rows are updated by key and inserted where there are none,"
                            + " and each may read the whole table: key=" + key,
                    "ALTER TABLE " + Identifiers.quote(plan.name()) + " ADD PRIMARY KEY (" + NameList.text(key) + ")");
        }
    }
}
