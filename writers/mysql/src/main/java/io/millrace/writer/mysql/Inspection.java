package io.millrace.writer.mysql;

import io.millrace.error.ErrorCode;
import io.millrace.schema.Column;
import io.millrace.schema.TableId;
import io.millrace.writer.StructureItem;
import io.millrace.writer.TargetColumn;
import io.millrace.writer.TargetState;
import io.millrace.writer.TargetTable;
import java.sql.SQLException;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/** How a planned table stands at the server, every difference at once. Changes nothing. */
final class Inspection {
    private final MySqlSession session;
    private final Dialect dialect;
    private final ForeignKeyPairs pairs;
    private final List<StructureItem> noted;

    /**
     * Over a session.
     *
     * @param noted what the task's own tables get behind their load: it ties rows from the beginning
     */
    Inspection(MySqlSession session, Dialect dialect, ForeignKeyPairs pairs, List<StructureItem> noted) {
        this.session = session;
        this.dialect = dialect;
        this.pairs = pairs;
        this.noted = noted;
    }

    TargetState of(TargetTable plan) throws SQLException {
        Optional<CatalogTable> found = Catalog.table(session, plan.name());
        if (found.isEmpty()) {
            return new TargetState(false, false, false, List.of(), List.of());
        }
        CatalogTable table = found.get();
        Findings findings = new Findings();
        if (!isTable(plan, table, findings)) {
            return new TargetState(true, false, false, List.of(), findings.list());
        }
        for (TargetColumn column : plan.columns()) {
            Optional<CatalogColumn> has = table.column(column.name());
            if (has.isPresent()) {
                compare(plan, column, has.get(), findings);
            } else {
                missing(plan, column, findings);
            }
        }
        MarkColumn.find(session, plan, table, findings);
        findFurtherColumns(plan, table, findings);
        List<String> key =
                plan.key().stream().map(i -> plan.columns().get(i).name()).toList();
        findKey(plan, table, key, findings);
        boolean canRead = TableBarriers.findPrivileges(session, plan.name(), table, findings);
        TableBarriers.findTriggers(session, plan.name(), findings);
        TableTies enforced = TableTies.of(table, key, pairs.of(plan.name(), session));
        TableTies ties = enforced.and(plan.name(), noted);
        return new TargetState(
                true,
                canRead && hasRows(plan.name()),
                ties.isTied(),
                enforced.isTied(),
                ties.tables(),
                planned(plan, ties.uniqueColumns()),
                findings.list());
    }

    /** By the plan's spelling: the server's may differ in case. */
    private static List<String> planned(TargetTable plan, List<String> names) {
        return plan.columns().stream()
                .map(TargetColumn::name)
                .filter(name -> names.stream().anyMatch(name::equalsIgnoreCase))
                .toList();
    }

    private boolean isTable(TargetTable plan, CatalogTable table, Findings findings) throws SQLException {
        boolean isTable = table.kind().equals("BASE TABLE");
        if (!isTable) {
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
        return isTable;
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
                    "make it an ordinary column, or leave it out at the source");
        }
        if (has.isNotNull() && column.nullable()) {
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

    private boolean hasRows(TableId table) throws SQLException {
        return !session.rows("SELECT 1 FROM " + Identifiers.quote(table) + " LIMIT 1", row -> row.getInt(1))
                .isEmpty();
    }
}
