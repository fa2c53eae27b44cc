package io.millrace.ddl;

import io.millrace.schema.TableId;
import java.util.List;

/**
 * A foreign key as a statement defines it.
 *
 * @param name empty where the server names it
 * @param onDelete upper case, {@code CASCADE}; empty where nothing is said
 * @param onUpdate likewise
 */
public record ForeignKeyDefinition(
        String name,
        List<String> columns,
        TableId parent,
        List<String> parentColumns,
        String onDelete,
        String onUpdate) {
    public ForeignKeyDefinition {
        columns = List.copyOf(columns);
        parentColumns = List.copyOf(parentColumns);
    }

    /** Whether a change of the parent changes rows of the child by itself. */
    public boolean hasAction() {
        return isAction(onDelete) || isAction(onUpdate);
    }

    private static boolean isAction(String rule) {
        return !rule.isEmpty() && !rule.equals("RESTRICT") && !rule.equals("NO ACTION");
    }
}
