package io.millrace.transform;

import io.millrace.schema.ColumnType;
import io.millrace.schema.TableId;
import io.millrace.task.AddedColumn;
import io.millrace.task.TaskSpec;
import java.util.Map;
import java.util.TreeMap;

/** What {@code mapping.add} makes part of a table's key at the target: what all of its rows have there, and of other tables perhaps none. */
public final class AddedKeys {
    private AddedKeys() {}

    /**
     * The text of each such column, by its name at the target; columns of other types are left out.
     *
     * @param source the table
     * @param target what it is called there
     */
    public static Map<String, String> of(TaskSpec task, TableId source, TableId target) {
        Map<String, String> texts = new TreeMap<>();
        for (AddedColumn added : task.transforms().added()) {
            if (added.isKey()
                    && added.isOf(source)
                    && AddedColumns.column(added).type() == ColumnType.TEXT) {
                texts.put(task.columnOf(source, added.name()), text(task, added, source, target));
            }
        }
        return texts;
    }

    private static String text(TaskSpec task, AddedColumn added, TableId source, TableId target) {
        StringBuilder text = new StringBuilder();
        added.value()
                .visit(
                        source,
                        task.mapping().renamed(source),
                        task.source().datasource(),
                        target,
                        task.target().datasource(),
                        text::append,
                        variable -> {
                            throw new IllegalArgumentException("not of a key: variable=" + variable.text());
                        });
        return text.toString();
    }
}
