package io.millrace.writer;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A target table's columns as the server has them: what tells, after a crash, whether a statement has run. Immutable.
 *
 * @param columns type and whether NULL is allowed, in the server's own words, by name
 */
public record TableOutline(Map<String, String> columns) {
    public TableOutline {
        columns = Map.copyOf(columns);
    }

    /** What it is once a change of its columns has run; a type is empty where only the server knows how it spells it. */
    public TableOutline behind(TargetChange change) {
        Map<String, String> next = new LinkedHashMap<>(columns);
        if (change instanceof TargetChange.AddColumn add) {
            next.put(add.column(), "");
        } else if (change instanceof TargetChange.DropColumn drop) {
            next.remove(drop.column());
        } else if (change instanceof TargetChange.RenameColumn rename) {
            String type = next.remove(rename.column());
            next.put(rename.to(), type == null ? "" : type);
        } else if (change instanceof TargetChange.RetypeColumn retype) {
            next.put(retype.column(), "");
        } else if (change instanceof TargetChange.AllowNull allowed) {
            next.put(allowed.column(), "");
        }
        return new TableOutline(next);
    }

    /** Whether a table looks as this says, as far as it says. */
    public boolean fits(TableOutline found) {
        return columns.keySet().equals(found.columns.keySet())
                && columns.entrySet().stream()
                        .allMatch(each ->
                                each.getValue().isEmpty() || each.getValue().equals(found.columns.get(each.getKey())));
    }
}
