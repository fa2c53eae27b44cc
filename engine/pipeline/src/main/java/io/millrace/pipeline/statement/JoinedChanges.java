package io.millrace.pipeline.statement;

import io.millrace.error.MillraceException;
import io.millrace.schema.Column;
import io.millrace.schema.TableId;
import io.millrace.writer.FollowedTable;
import io.millrace.writer.TargetChange;
import io.millrace.writer.TargetColumn;
import io.millrace.writer.TargetTable;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * What a statement on one of several tables with one target changes there: the target has what any of them has, so that a column comes with the first
 * and goes with the last, and a type is the widest. Pure.
 *
 * <pre>
 * change of one table   at the target
 * a column comes        the same, where no other table has it: with NULL in all rows that are there, whosever they are
 * with a value          and that value in the table's own rows, where they are told from others
 * a column goes         the same, where no other table has it; else it allows NULL
 * another name          the same: {@link TableTranslation} asks whether the others call it so by now, and else leaves it
 * another type          the same, where it holds the values of the others; nothing, where that of another one holds its own
 * anything else         none
 * </pre>
 */
final class JoinedChanges {
    private final TableId table;
    private final List<FollowedTable> others;
    private final Function<FollowedTable, TargetTable> planner;
    private final Optional<Map<String, String>> rows;

    /**
     * Of a statement.
     *
     * @param table the source's
     * @param others of the same target, as they are behind it
     * @param planner what such a table is at the target
     * @param rows what tells the table's rows there, as {@link MemberRows} says it; empty where nothing does
     */
    JoinedChanges(
            TableId table,
            List<FollowedTable> others,
            Function<FollowedTable, TargetTable> planner,
            Optional<Map<String, String>> rows) {
        this.table = table;
        this.others = List.copyOf(others);
        this.planner = planner;
        this.rows = rows;
    }

    List<TargetChange> of(List<TargetChange> changes) {
        List<TargetChange> shared = new ArrayList<>();
        for (TargetChange change : changes) {
            of(change).ifPresent(shared::add);
            if (change instanceof TargetChange.AddColumn add) {
                fill(add).ifPresent(shared::add);
            }
        }
        return shared;
    }

    private Optional<TargetChange> of(TargetChange change) {
        if (change instanceof TargetChange.AddColumn add) {
            return add(add);
        }
        if (change instanceof TargetChange.DropColumn drop) {
            return drop(drop);
        }
        if (change instanceof TargetChange.RetypeColumn retype) {
            return retype(retype);
        }
        if (change instanceof TargetChange.AllowNull || change instanceof TargetChange.RenameColumn) {
            return Optional.of(change);
        }
        throw refused("other tables of the task have the same target: target=" + change.table());
    }

    private Optional<TargetChange> add(TargetChange.AddColumn add) {
        boolean isThere =
                others.stream().anyMatch(other -> fed(other, add.column()).isPresent());
        if (isThere) {
            return retype(new TargetChange.RetypeColumn(add.after(), add.column()));
        }
        TargetTable after = nullable(add.after(), add.column(), true);
        return Optional.of(new TargetChange.AddColumn(after, add.column(), Optional.empty()));
    }

    private Optional<TargetChange> fill(TargetChange.AddColumn add) {
        return add.defaultText()
                .map(text -> new TargetChange.FillColumn(
                        add.after(),
                        add.column(),
                        text,
                        rows.orElseThrow(() -> refused(
                                "rows that are there get a value, and those of other tables with the same target would, too,"
                                        + " since no text of the target's key tells whose a row is: column="
                                        + add.column()))));
    }

    private Optional<TargetChange> drop(TargetChange.DropColumn drop) {
        for (FollowedTable other : others) {
            TargetTable plan = planner.apply(other);
            Optional<TargetColumn> column = column(plan, drop.column());
            if (column.isPresent()) {
                return column.filter(each -> !each.nullable())
                        .map(each -> new TargetChange.AllowNull(plan, drop.column()));
            }
        }
        return Optional.of(drop);
    }

    /** Also of a column that another table has brought. */
    private Optional<TargetChange> retype(TargetChange.RetypeColumn retype) {
        String name = retype.column();
        Column mine = sourceOf(retype.after(), name);
        boolean isNew = true;
        boolean isNullable = mine.nullable();
        Optional<TargetChange> allowed = Optional.empty();
        for (FollowedTable other : others) {
            Optional<Column> theirs = fed(other, name);
            if (theirs.isEmpty()) {
                isNullable = true;
                continue;
            }
            Column both = JoinedShapes.wider(theirs.get(), mine)
                    .orElseThrow(() ->
                            refused("its type and that of a table with the same target have no common one: column="
                                    + name + ", other=" + other.table()));
            isNullable |= theirs.get().nullable();
            if (isSame(both, theirs.get())) {
                isNew = false; // the target has it by now
                TargetTable plan = planner.apply(other);
                allowed = column(plan, name)
                        .filter(each -> !each.nullable() && mine.nullable())
                        .map(each -> new TargetChange.AllowNull(plan, name));
            }
        }
        return isNew
                ? Optional.of(new TargetChange.RetypeColumn(nullable(retype.after(), name, isNullable), name))
                : allowed;
    }

    private static boolean isSame(Column one, Column other) {
        return one.length() == other.length()
                && one.scale() == other.scale()
                && one.members().equals(other.members());
    }

    private static TargetTable nullable(TargetTable table, String name, boolean isNullable) {
        return table.shared(table.columns().stream()
                .map(column -> column.name().equals(name)
                        ? new TargetColumn(
                                name, column.sqlType(), isNullable, column.sourceColumn(), column.hasLabels())
                        : column)
                .toList());
    }

    private Optional<Column> fed(FollowedTable other, String column) {
        return column(planner.apply(other), column)
                .map(found -> other.seen().columns().get(found.sourceColumn()));
    }

    private static Column sourceOf(TargetTable table, String column) {
        return table.source().columns().get(column(table, column).orElseThrow().sourceColumn());
    }

    private static Optional<TargetColumn> column(TargetTable table, String name) {
        return table.columns().stream()
                .filter(column -> column.name().equals(name))
                .findFirst();
    }

    private MillraceException refused(String why) {
        return StatementTranslation.refusal("table=" + table + ", reason=" + why);
    }
}
