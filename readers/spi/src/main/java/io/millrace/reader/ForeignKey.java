package io.millrace.reader;

import io.millrace.schema.TableId;
import java.util.List;

/**
 * A foreign key of a table.
 *
 * @param parent the table it refers to
 * @param onDelete the server's words: {@code CASCADE}, {@code SET NULL}, {@code RESTRICT}, {@code NO ACTION} …
 * @param onUpdate likewise
 */
public record ForeignKey(
        String name,
        List<String> columns,
        TableId parent,
        List<String> parentColumns,
        String onDelete,
        String onUpdate) {
    public ForeignKey {
        columns = List.copyOf(columns);
        parentColumns = List.copyOf(parentColumns);
    }

    /** Whether a change of the parent changes rows of the child by itself. */
    public boolean hasAction() {
        return isAction(onDelete) || isAction(onUpdate);
    }

    private static boolean isAction(String rule) {
        return !rule.equals("RESTRICT") && !rule.equals("NO ACTION");
    }
}
