package io.millrace.writer.postgres.check;

import io.millrace.error.ErrorCode;
import io.millrace.error.Findings;
import io.millrace.schema.Column;
import io.millrace.schema.TableId;
import io.millrace.writer.StructureItem;
import io.millrace.writer.TargetColumn;
import io.millrace.writer.TargetState;
import io.millrace.writer.TargetTable;
import io.millrace.writer.postgres.catalog.Catalog;
import io.millrace.writer.postgres.catalog.CatalogColumn;
import io.millrace.writer.postgres.catalog.CatalogTable;
import io.millrace.writer.postgres.catalog.EnforcedTies;
import io.millrace.writer.postgres.catalog.MarkColumns;
import io.millrace.writer.postgres.catalog.RowPresence;
import io.millrace.writer.postgres.catalog.TableBarriers;
import io.millrace.writer.postgres.connection.Identifiers;
import io.millrace.writer.postgres.connection.PostgresSession;
import io.millrace.writer.postgres.structure.StructureLedger;
import io.millrace.writer.postgres.type.EnumType;
import io.millrace.writer.postgres.type.TypeFit;
import io.millrace.writer.sql.TableTies;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** How planned tables stand at the server, every difference at once, by so many questions for all of them. Changes nothing. */
public final class Inspection {
    private final PostgresSession session;
    private final StructureLedger ledger;

    /**
     * Over a session.
     *
     * @param ledger of what the task's own tables get behind their load: it ties rows from the beginning
     */
    public Inspection(PostgresSession session, StructureLedger ledger) {
        this.session = session;
        this.ledger = ledger;
    }

    /** What the server says of all tables beyond their columns. */
    private record Asked(
            TableBarriers barriers,
            EnforcedTies enforced,
            Map<Long, List<String>> falseByDefault,
            Map<TableId, List<StructureItem>> noted,
            Set<TableId> withRows) {}

    public Map<TableId, TargetState> of(List<TargetTable> plans) throws SQLException {
        Map<TableId, CatalogTable> tables = Catalog.tables(
                session.connection(), plans.stream().map(TargetTable::name).toList());
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
        Map<TableId, Long> ours = new LinkedHashMap<>();
        List<Long> marked = new ArrayList<>();
        for (TargetTable plan : plans) {
            CatalogTable table = tables.get(plan.name());
            if (table != null && isTable(table)) {
                ours.put(plan.name(), table.oid());
                plan.mark().ifPresent(column -> marked.add(table.oid()));
            }
        }
        if (ours.isEmpty()) {
            return new Asked(
                    TableBarriers.of(session, List.of()),
                    new EnforcedTies(Map.of(), Map.of()),
                    Map.of(),
                    Map.of(),
                    Set.of());
        }
        TableBarriers barriers = TableBarriers.of(session, ours.values());
        Map<TableId, Long> readable = new LinkedHashMap<>(ours);
        readable.values().removeIf(oid -> !barriers.canRead(oid));
        return new Asked(
                barriers,
                EnforcedTies.of(session, ours.values()),
                MarkColumns.falseByDefault(session, marked),
                noted(),
                RowPresence.of(session, readable));
    }

    /** Under the table that has it, and under the one that it refers to. Preflight tells of a missing privilege. */
    private Map<TableId, List<StructureItem>> noted() throws SQLException {
        Map<TableId, List<StructureItem>> noted = new HashMap<>();
        if (Catalog.isReadable(session.connection(), ledger.table())) {
            for (StructureItem item : ledger.all(session)) {
                Set<TableId> ends = new HashSet<>(List.of(item.table()));
                item.reference().ifPresent(to -> ends.add(to.table()));
                ends.forEach(table ->
                        noted.computeIfAbsent(table, name -> new ArrayList<>()).add(item));
            }
        }
        return noted;
    }

    private TargetState state(TargetTable plan, CatalogTable table, Asked asked) {
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
        MarkColumns.find(plan, table, asked.falseByDefault().getOrDefault(table.oid(), List.of()), findings);
        findFurtherColumns(plan, table, findings);
        List<String> key =
                plan.key().stream().map(i -> plan.columns().get(i).name()).toList();
        findKey(plan, table, key, findings);
        asked.barriers().find(table.oid(), plan.name(), findings);
        TableTies enforced = asked.enforced().of(table, key);
        TableTies ties =
                enforced.and(plan.name(), asked.noted().getOrDefault(plan.name(), List.of()), session.isReplica());
        return new TargetState(
                true,
                asked.withRows().contains(plan.name()),
                ties.isTied(),
                enforced.isTied(),
                ties.tables(),
                ties.uniqueColumns(),
                computed,
                findings.list());
    }

    private static boolean isTable(CatalogTable table) {
        return table.kind().equals("r") || table.kind().equals("p");
    }

    private static void findKind(TargetTable plan, CatalogTable table, Findings findings) {
        if (!isTable(table)) {
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
        switch (isKey ? TypeFit.ofKey(source, has) : TypeFit.of(source, has)) {
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
                        "the target's type would change values, or take different keys for one: source="
                                + source.sourceType() + ", needs=" + column.sqlType() + ", has=" + has.sqlType(),
                        "ALTER TABLE " + Identifiers.quote(plan.name()) + " ALTER COLUMN "
                                + Identifiers.quote(column.name()) + " TYPE " + column.sqlType());
        }
        if (has.isGenerated() || (has.identity().equals("a") && !isKey)) {
            findings.error(
                    ErrorCode.TARGET_TABLE_MISMATCH,
                    subject,
                    "the target computes the column itself",
                    "make it an ordinary column, or leave it out (columns.drop)");
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
}
