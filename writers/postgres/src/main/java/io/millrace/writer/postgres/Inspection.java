package io.millrace.writer.postgres;

import io.millrace.error.ErrorCode;
import io.millrace.schema.Column;
import io.millrace.schema.TableId;
import io.millrace.writer.TargetColumn;
import io.millrace.writer.TargetState;
import io.millrace.writer.TargetTable;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** How a planned table stands at the server, every difference at once. Changes nothing. */
final class Inspection {
    private final PostgresSession session;
    private final StructureLedger ledger;

    /**
     * Over a session.
     *
     * @param ledger of what the task's own tables get behind their load: it ties rows from the beginning
     */
    Inspection(PostgresSession session, StructureLedger ledger) {
        this.session = session;
        this.ledger = ledger;
    }

    TargetState of(TargetTable plan) throws SQLException {
        Optional<CatalogTable> found = Catalog.table(session.connection(), plan.name());
        if (found.isEmpty()) {
            return new TargetState(false, false, false, List.of(), List.of());
        }
        CatalogTable table = found.get();
        Findings findings = new Findings();
        if (!isTable(plan, table, findings)) {
            return new TargetState(true, false, false, List.of(), findings.list());
        }
        for (TargetColumn column : plan.columns()) {
            table.column(column.name())
                    .ifPresentOrElse(
                            has -> compare(plan, column, has, findings), () -> missing(plan, column, findings));
        }
        MarkColumn.find(session, plan, table, findings);
        findFurtherColumns(plan, table, findings);
        List<String> key =
                plan.key().stream().map(i -> plan.columns().get(i).name()).toList();
        findKey(plan, table, key, findings);
        boolean canRead = TableBarriers.findPrivileges(session, table.oid(), plan.name(), findings);
        TableBarriers.find(session, table.oid(), plan.name(), findings);
        TableTies enforced = TableTies.of(session, table, key);
        TableTies ties = enforced.and(plan.name(), ledger, session);
        return new TargetState(
                true,
                canRead && hasRows(plan.name()),
                ties.isTied(),
                enforced.isTied(),
                ties.tables(),
                ties.uniqueColumns(),
                findings.list());
    }

    private static boolean isTable(TargetTable plan, CatalogTable table, Findings findings) {
        boolean isTable = table.kind().equals("r") || table.kind().equals("p");
        if (!isTable) {
            findings.error(
                    ErrorCode.TARGET_TABLE_MISMATCH,
                    plan.name().toString(),
                    "the target's relation is not a table: relkind=" + table.kind(),
                    "drop it, or map the source table to another name");
        } else if (!table.persistence().equals("p")) {
            findings.error(
                    ErrorCode.TARGET_TABLE_MISMATCH,
                    plan.name().toString(),
                    "the table is not logged: a crash of the server would empty it behind the checkpoint",
                    "ALTER TABLE " + Identifiers.quote(plan.name()) + " SET LOGGED");
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

    private static void compare(TargetTable plan, TargetColumn column, CatalogColumn has, Findings findings) {
        Column source = plan.source().columns().get(column.sourceColumn());
        String subject = subject(plan, column.name());
        boolean isKey = plan.key().contains(plan.columns().indexOf(column));
        switch (TypeFit.of(source, has)) {
            case EXACT -> {}
            case LOUD -> {
                // An enum of ours gets each label.
                if (!EnumType.isOf(plan, column) || !EnumType.isOurs(has)) {
                    findings.warning(
                            ErrorCode.TARGET_TABLE_MISMATCH,
                            subject,
                            "not every value fits the target's type: source=" + source.sourceType() + ", needs="
                                    + column.sqlType() + ", has=" + has.sqlType(),
                            "rows whose value does not fit will be dirty; widen the column to be safe");
                }
            }
            case LOSSY ->
                findings.error(
                        ErrorCode.TARGET_TABLE_MISMATCH,
                        subject,
                        "the target's type would change values: source=" + source.sourceType() + ", needs="
                                + column.sqlType() + ", has=" + has.sqlType(),
                        "ALTER TABLE " + Identifiers.quote(plan.name()) + " ALTER COLUMN "
                                + Identifiers.quote(column.name()) + " TYPE " + column.sqlType());
        }
        if (has.isGenerated() || (has.identity().equals("a") && !isKey)) {
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
                    "ALTER TABLE " + Identifiers.quote(plan.name()) + " ALTER COLUMN "
                            + Identifiers.quote(column.name()) + " DROP NOT NULL");
        }
    }

    private static void findFurtherColumns(TargetTable plan, CatalogTable table, Findings findings) {
        Set<String> written = new HashSet<>();
        plan.columns().forEach(column -> written.add(column.name()));
        plan.mark().ifPresent(written::add);
        for (CatalogColumn column : table.columns()) {
            boolean isFilled = column.hasDefault() || !column.identity().isEmpty() || column.isGenerated();
            if (!written.contains(column.name()) && column.isNotNull() && !isFilled) {
                findings.error(
                        ErrorCode.TARGET_TABLE_MISMATCH,
                        subject(plan, column.name()),
                        "the target needs a value that the source does not have",
                        "ALTER TABLE " + Identifiers.quote(plan.name()) + " ALTER COLUMN "
                                + Identifiers.quote(column.name()) + " SET DEFAULT …, or DROP NOT NULL");
            }
        }
    }

    private static void findKey(TargetTable plan, CatalogTable table, List<String> key, Findings findings) {
        if (!key.isEmpty() && !table.hasKeyIndex(key)) {
            findings.warning(
                    ErrorCode.TARGET_TABLE_MISMATCH,
                    plan.name().toString(),
                    "no unique index is on exactly the key: an upsert becomes a delete and an insert, and an update may"
                            + " read the whole table: key=" + key,
                    "CREATE UNIQUE INDEX ON " + Identifiers.quote(plan.name()) + " ("
                            + String.join(
                                    ", ", key.stream().map(Identifiers::quote).toList())
                            + ")");
        }
    }

    private boolean hasRows(TableId table) throws SQLException {
        try (Statement statement = session.connection().createStatement();
                ResultSet rows =
                        statement.executeQuery("SELECT EXISTS (SELECT FROM " + Identifiers.quote(table) + ")")) {
            return rows.next() && rows.getBoolean(1);
        }
    }
}
