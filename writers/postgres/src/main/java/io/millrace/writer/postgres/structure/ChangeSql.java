package io.millrace.writer.postgres.structure;

import io.millrace.error.ErrorCode;
import io.millrace.error.MillraceException;
import io.millrace.schema.Column;
import io.millrace.writer.TargetChange;
import io.millrace.writer.TargetColumn;
import io.millrace.writer.TargetTable;
import io.millrace.writer.postgres.connection.Identifiers;
import io.millrace.writer.postgres.type.EnumType;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** The statements that change tables as one of the source did, made of its parsed form: nothing is the source's SQL (EXACTNESS 42). */
public final class ChangeSql {
    private ChangeSql() {}

    /**
     * The statements, in the order in which they run.
     *
     * @param hasEnumTypes whether columns may have types of ours, which go with them
     */
    public static List<String> of(List<TargetChange> changes, boolean hasEnumTypes) {
        List<String> all = new ArrayList<>();
        Set<String> renamed = new HashSet<>();
        for (TargetChange change : changes) {
            if (change instanceof TargetChange.RenameColumn rename) {
                renamed.add(rename.column());
            }
        }
        List<String> emptied = changes.stream()
                .filter(TargetChange.Truncate.class::isInstance)
                .map(change -> Identifiers.quote(change.table()))
                .toList();
        if (!emptied.isEmpty()) {
            all.add("TRUNCATE TABLE " + String.join(", ", emptied)); // tables that refer to each other go together
        }
        List<String> behind = new ArrayList<>();
        for (TargetChange change : changes) {
            if (change instanceof TargetChange.RenameColumn rename && renamed.contains(rename.to())) {
                // Its name is another one's that is yet to be renamed.
                String between = "millrace_" + behind.size();
                all.add(rename(new TargetChange.RenameColumn(rename.table(), rename.column(), between)));
                behind.add(rename(new TargetChange.RenameColumn(rename.table(), between, rename.to())));
                continue;
            }
            if (!(change instanceof TargetChange.RenameColumn)) {
                all.addAll(behind);
                behind.clear();
            }
            all.addAll(of(change, hasEnumTypes));
        }
        all.addAll(behind);
        return all;
    }

    private static List<String> of(TargetChange change, boolean hasEnumTypes) {
        String table = Identifiers.quote(change.table());
        if (change instanceof TargetChange.AddColumn add) {
            TargetColumn added = add.after().column(add.column()).orElseThrow();
            String statement = alter(table) + "ADD COLUMN " + definition(add);
            return EnumType.isOf(add.after(), added)
                    ? List.of(EnumType.create(add.after(), added), statement)
                    : List.of(statement);
        }
        if (change instanceof TargetChange.DropColumn drop) {
            return List.of(
                    hasEnumTypes
                            ? EnumType.dropColumn(drop.table(), drop.column())
                            : alter(table) + "DROP COLUMN " + Identifiers.quote(drop.column()));
        }
        if (change instanceof TargetChange.RenameColumn rename) {
            return List.of(rename(rename));
        }
        if (change instanceof TargetChange.RetypeColumn retype) {
            return retype(table, retype);
        }
        if (change instanceof TargetChange.AllowNull allowed) {
            return List.of(alter(table) + "ALTER COLUMN " + Identifiers.quote(allowed.column()) + " DROP NOT NULL");
        }
        if (change instanceof TargetChange.CopyColumn copy) {
            return List.of("UPDATE " + table + " SET " + Identifiers.quote(copy.to()) + " = "
                    + Identifiers.quote(copy.from()));
        }
        if (change instanceof TargetChange.FillColumn fill) {
            return List.of("UPDATE " + table + " SET " + Identifiers.quote(fill.column()) + " = "
                    + filling(fill.after(), fill.column(), fill.text()) + where(fill.where()));
        }
        if (change instanceof TargetChange.DeleteRows delete) {
            return List.of("DELETE FROM " + table + where(delete.where()));
        }
        if (change instanceof TargetChange.Truncate) {
            return List.of();
        }
        if (change instanceof TargetChange.DropTable) {
            return List.of(
                    hasEnumTypes ? EnumType.dropTables(List.of(change.table())) : "DROP TABLE IF EXISTS " + table);
        }
        return rename(table, (TargetChange.RenameTable) change);
    }

    private static String alter(String table) {
        return "ALTER TABLE " + table + " ";
    }

    private static String rename(TargetChange.RenameColumn rename) {
        return alter(Identifiers.quote(rename.table())) + "RENAME COLUMN " + Identifiers.quote(rename.column()) + " TO "
                + Identifiers.quote(rename.to());
    }

    private static List<String> rename(String table, TargetChange.RenameTable rename) {
        if (rename.table().namespace().equals(rename.to().namespace())) {
            return List.of(
                    alter(table) + "RENAME TO " + Identifiers.quote(rename.to().name()));
        }
        String moved = Identifiers.quote(rename.to().namespace()) + "."
                + Identifiers.quote(rename.table().name());
        List<String> all = new ArrayList<>();
        all.add(alter(table) + "SET SCHEMA " + Identifiers.quote(rename.to().namespace()));
        if (!rename.table().name().equals(rename.to().name())) {
            all.add(alter(moved) + "RENAME TO " + Identifiers.quote(rename.to().name()));
        }
        return all;
    }

    private static String definition(TargetChange.AddColumn add) {
        TargetColumn column = add.after().column(add.column()).orElseThrow();
        String filled = add.defaultText()
                .map(text -> " DEFAULT " + filling(add.after(), add.column(), text))
                .orElse("");
        return Identifiers.quote(column.name()) + " " + column.sqlType() + filled
                + (column.nullable() ? "" : " NOT NULL");
    }

    private static String filling(TargetTable after, String name, String text) {
        TargetColumn column = after.column(name).orElseThrow();
        Column source = after.source().columns().get(column.sourceColumn());
        return DefaultSql.of(column, source, text)
                .orElseThrow(() -> new MillraceException(
                        ErrorCode.DDL_ON_SELECTED_TABLE,
                        "the default of a column that is added has no counterpart: column=" + source.name() + ", type="
                                + source.sourceType()));
    }

    private static String where(Map<String, String> rows) {
        return new TreeMap<>(rows)
                .entrySet().stream()
                        .map(each -> Identifiers.quote(each.getKey()) + " = " + Identifiers.literal(each.getValue()))
                        .collect(Collectors.joining(" AND ", " WHERE ", ""));
    }

    private static List<String> retype(String table, TargetChange.RetypeColumn retype) {
        TargetColumn column = retype.after().column(retype.column()).orElseThrow();
        String name = Identifiers.quote(column.name());
        List<String> all = new ArrayList<>();
        boolean isEnum = EnumType.isOf(retype.after(), column);
        if (isEnum) {
            all.add(EnumType.extend(retype.after(), column));
        }
        String type = alter(table) + "ALTER COLUMN " + name + " TYPE " + column.sqlType() + " USING " + name + "::"
                + column.sqlType();
        if (!isEnum) {
            all.add(type);
        }
        boolean isKey = retype.after().key().contains(retype.after().columns().indexOf(column));
        if (column.nullable() && !isKey) {
            all.add(alter(table) + "ALTER COLUMN " + name + " DROP NOT NULL");
        }
        return all;
    }
}
