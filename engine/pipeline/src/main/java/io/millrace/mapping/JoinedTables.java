package io.millrace.mapping;

import io.millrace.error.ErrorCode;
import io.millrace.error.Finding;
import io.millrace.error.Finding.Severity;
import io.millrace.schema.Column;
import io.millrace.schema.TableId;
import io.millrace.writer.TargetColumn;
import io.millrace.writer.TargetTable;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Source tables that have one target. Their row images must be alike to the byte, since a batch holds rows of all of them
 * as rows of one table: the same columns in the same order, of the same types, and the same key. Pure.
 */
public final class JoinedTables {
    private static final String FIX = "alter one of the tables, or exclude it, or give it a target of its own";

    private final List<Finding> findings;

    private JoinedTables(List<Finding> findings) {
        this.findings = findings;
    }

    /**
     * Marks tables that share a target, and gives them one shape there.
     *
     * @param targets of all tables
     * @param findings takes every difference
     * @return in the same order
     */
    public static List<TargetTable> of(List<TargetTable> targets, List<Finding> findings) {
        Map<TableId, List<TargetTable>> groups = new LinkedHashMap<>();
        targets.forEach(target ->
                groups.computeIfAbsent(target.name(), name -> new ArrayList<>()).add(target));
        if (groups.size() == targets.size()) {
            return List.copyOf(targets);
        }
        JoinedTables joined = new JoinedTables(findings);
        Map<TableId, List<TargetColumn>> columns = new LinkedHashMap<>();
        groups.forEach((name, group) -> {
            if (group.size() > 1) {
                columns.put(name, joined.columns(group));
            }
        });
        return targets.stream()
                .map(target -> columns.containsKey(target.name()) ? target.shared(columns.get(target.name())) : target)
                .toList();
    }

    /** The first table's, of which each allows NULL where any of the others does. */
    private List<TargetColumn> columns(List<TargetTable> group) {
        TargetTable first = group.get(0);
        List<TargetColumn> columns = new ArrayList<>(first.columns());
        for (TargetTable other : group.subList(1, group.size())) {
            if (isAlike(first, other)) {
                for (int i = 0; i < columns.size(); i++) {
                    TargetColumn column = columns.get(i);
                    boolean isNullable =
                            column.nullable() || other.columns().get(i).nullable();
                    columns.set(
                            i,
                            new TargetColumn(
                                    column.name(),
                                    column.sqlType(),
                                    isNullable,
                                    column.sourceColumn(),
                                    column.hasLabels()));
                }
            }
        }
        return columns;
    }

    private boolean isAlike(TargetTable first, TargetTable other) {
        int before = findings.size();
        List<Column> mine = first.source().columns();
        List<Column> theirs = other.source().columns();
        mine.stream()
                .filter(column -> other.source().indexOf(column.name()) < 0)
                .forEach(column -> differ(
                        first,
                        other,
                        "column=" + column.name() + ", isMissingIn="
                                + other.source().table()));
        theirs.stream()
                .filter(column -> first.source().indexOf(column.name()) < 0)
                .forEach(column -> differ(
                        first,
                        other,
                        "column=" + column.name() + ", isMissingIn="
                                + first.source().table()));
        for (int i = 0; i < mine.size(); i++) {
            int place = other.source().indexOf(mine.get(i).name());
            if (place >= 0) {
                compare(first, other, i, place);
            }
        }
        if (findings.size() == before && !keyOf(first).equals(keyOf(other))) {
            differ(first, other, "key=" + keyOf(first) + ", other=" + keyOf(other));
        }
        if (findings.size() == before && !first.key().equals(other.key())) {
            differ(first, other, "key=" + first.key() + ", other=" + other.key());
        }
        if (first.mark().isPresent() || other.mark().isPresent()) {
            differ(first, other, "key=dml.delete.logical, reason=rows of joined tables are removed, not marked");
        }
        return findings.size() == before;
    }

    private void compare(TargetTable first, TargetTable other, int place, int otherPlace) {
        Column column = first.source().columns().get(place);
        Column theirs = other.source().columns().get(otherPlace);
        String what = "column=" + column.name();
        boolean isSame = column.type() == theirs.type()
                && column.length() == theirs.length()
                && column.scale() == theirs.scale()
                && column.members().equals(theirs.members())
                && typeOf(first, place).equals(typeOf(other, otherPlace));
        boolean isKey = first.source().key().contains(place);
        if (column.generated() != theirs.generated()) {
            differ(first, other, what + ", isComputed=" + column.generated() + ", other=" + theirs.generated());
        } else if (!isSame) {
            differ(first, other, what + ", type=" + column.sourceType() + ", other=" + theirs.sourceType());
        } else if (isKey && !column.collation().equals(theirs.collation())) {
            differ(first, other, what + ", collation=" + column.collation() + ", other=" + theirs.collation());
        } else if (place != otherPlace) {
            differ(first, other, what + ", place=" + (place + 1) + ", other=" + (otherPlace + 1));
        }
    }

    /** Name and type at the target; empty of a column that is not written. */
    private static String typeOf(TargetTable table, int sourceColumn) {
        return table.columns().stream()
                .filter(column -> column.sourceColumn() == sourceColumn)
                .map(column -> column.name() + " " + column.sqlType())
                .findFirst()
                .orElse("");
    }

    private static List<String> keyOf(TargetTable table) {
        return table.key().stream().map(i -> table.columns().get(i).name()).toList();
    }

    private void differ(TargetTable first, TargetTable other, String what) {
        findings.add(new Finding(
                Severity.ERROR,
                ErrorCode.TABLES_COLLIDE,
                other.source().table().toString(),
                "tables that are to be joined differ: target=" + first.name() + ", source="
                        + first.source().table() + ", source=" + other.source().table() + ", " + what,
                FIX));
    }
}
