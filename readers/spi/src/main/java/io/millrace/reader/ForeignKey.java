package io.millrace.reader;

import io.millrace.schema.TableId;
import java.util.List;

/**
 * A foreign key of a table.
 *
 * @param parent the table it refers to
 * @param onDelete the server's words: {@code CASCADE}, {@code SET NULL}, {@code RESTRICT}, {@code NO ACTION} …
 * @param onUpdate likewise
 * @param areActionsLogged whether the source tells, in its stream of changes, what the key's actions do
 */
public record ForeignKey(
        String name,
        List<String> columns,
        TableId parent,
        List<String> parentColumns,
        String onDelete,
        String onUpdate,
        boolean areActionsLogged) {
    /** A key whose actions are told as any other change. */
    public ForeignKey(
            String name,
            List<String> columns,
            TableId parent,
            List<String> parentColumns,
            String onDelete,
            String onUpdate) {
        this(name, columns, parent, parentColumns, onDelete, onUpdate, true);
    }

    public ForeignKey {
        columns = List.copyOf(columns);
        parentColumns = List.copyOf(parentColumns);
    }

    /** Whether a change of the parent changes rows of the child by itself. */
    public boolean hasAction() {
        return isAction(onDelete) || isAction(onUpdate);
    }

    /** Whether rows of the child change without a trace in the stream. */
    public boolean isUnlogged() {
        return hasAction() && !areActionsLogged;
    }

    private static boolean isAction(String rule) {
        return !rule.equals("RESTRICT") && !rule.equals("NO ACTION");
    }
}
