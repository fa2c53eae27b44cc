package io.millrace.writer.mysql.structure;

import io.millrace.error.ErrorCode;
import io.millrace.error.MillraceException;
import io.millrace.schema.Column;
import io.millrace.schema.TableId;
import io.millrace.writer.TargetChange;
import io.millrace.writer.TargetColumn;
import io.millrace.writer.TargetTable;
import io.millrace.writer.mysql.connection.Identifiers;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * The statements that change tables as one of the source did, made of its parsed form: nothing is the source's SQL (EXACTNESS 42).
 * The servers commit each by itself, so that all columns of a table are one ALTER.
 */
public final class ChangeSql {
    private ChangeSql() {}

    public static List<String> of(List<TargetChange> changes) {
        List<String> all = new ArrayList<>();
        Map<TableId, List<TargetChange>> columns = new LinkedHashMap<>();
        List<String> renames = new ArrayList<>();
        List<String> copies = new ArrayList<>();
        for (TargetChange change : changes) {
            String table = Identifiers.quote(change.table());
            if (change instanceof TargetChange.Truncate) {
                all.add("TRUNCATE TABLE " + table);
            } else if (change instanceof TargetChange.DeleteRows delete) {
                all.add("DELETE FROM " + table + where(delete.where()));
            } else if (change instanceof TargetChange.DropTable) {
                all.add("DROP TABLE IF EXISTS " + table);
            } else if (change instanceof TargetChange.CopyColumn copy) {
                copies.add("UPDATE " + table + " SET " + Identifiers.quote(copy.to()) + " = "
                        + Identifiers.quote(copy.from()));
            } else if (change instanceof TargetChange.FillColumn fill) {
                copies.add("UPDATE " + table + " SET " + Identifiers.quote(fill.column()) + " = "
                        + filling(fill.after(), fill.column(), fill.text()) + where(fill.where()));
            } else if (change instanceof TargetChange.RenameTable rename) {
                renames.add(table + " TO " + Identifiers.quote(rename.to()));
            } else {
                columns.computeIfAbsent(change.table(), name -> new ArrayList<>())
                        .add(change);
            }
        }
        columns.forEach((table, of) -> all.add(alter(table, of)));
        all.addAll(copies);
        if (!renames.isEmpty()) {
            all.add("RENAME TABLE " + String.join(", ", renames));
        }
        return all;
    }

    private static String alter(TableId table, List<TargetChange> changes) {
        List<String> clauses = new ArrayList<>();
        for (TargetChange change : changes) {
            clause(change, changes).ifPresent(clauses::add);
        }
        return "ALTER TABLE " + Identifiers.quote(table) + " " + String.join(", ", clauses);
    }

    private static Optional<String> clause(TargetChange change, List<TargetChange> all) {
        if (change instanceof TargetChange.AddColumn add) {
            return Optional.of("ADD COLUMN " + definition(add));
        }
        if (change instanceof TargetChange.DropColumn drop) {
            return Optional.of("DROP COLUMN " + Identifiers.quote(drop.column()));
        }
        if (change instanceof TargetChange.RenameColumn rename) {
            boolean isRetyped = all.stream()
                    .anyMatch(other -> other instanceof TargetChange.RetypeColumn retype
                            && retype.column().equals(rename.to()));
            return isRetyped
                    ? Optional.empty()
                    : Optional.of("RENAME COLUMN " + Identifiers.quote(rename.column()) + " TO "
                            + Identifiers.quote(rename.to()));
        }
        if (change instanceof TargetChange.AllowNull allowed) {
            TargetColumn column = allowed.before().column(allowed.column()).orElseThrow();
            return Optional.of("MODIFY COLUMN " + Identifiers.quote(column.name()) + " " + column.sqlType() + " NULL");
        }
        TargetChange.RetypeColumn retype = (TargetChange.RetypeColumn) change;
        String before = all.stream()
                .filter(other -> other instanceof TargetChange.RenameColumn rename
                        && rename.to().equals(retype.column()))
                .map(other -> ((TargetChange.RenameColumn) other).column())
                .findFirst()
                .orElse(retype.column());
        TargetColumn column = retype.after().column(retype.column()).orElseThrow();
        return Optional.of("CHANGE COLUMN " + Identifiers.quote(before) + " " + definition(column));
    }

    private static String definition(TargetColumn column) {
        return Identifiers.quote(column.name()) + " " + column.sqlType() + (column.nullable() ? " NULL" : " NOT NULL");
    }

    private static String definition(TargetChange.AddColumn add) {
        return definition(add.after().column(add.column()).orElseThrow())
                + add.defaultText()
                        .map(text -> " DEFAULT " + filling(add.after(), add.column(), text))
                        .orElse("");
    }

    private static String filling(TargetTable after, String name, String text) {
        TargetColumn column = after.column(name).orElseThrow();
        Column source = after.source().columns().get(column.sourceColumn());
        return DefaultSql.filling(column, source, text)
                .orElseThrow(() -> new MillraceException(
                        ErrorCode.DDL_ON_SELECTED_TABLE,
                        "the default of a column that is added has no counterpart: column=" + source.name() + ", type="
                                + source.sourceType()));
    }

    private static String where(Map<String, String> rows) {
        return new TreeMap<>(rows)
                .entrySet().stream()
                        .map(each -> Identifiers.quote(each.getKey()) + " = " + Identifiers.readable(each.getValue()))
                        .collect(Collectors.joining(" AND ", " WHERE ", ""));
    }
}
