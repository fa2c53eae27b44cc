package io.millrace.reader;

import io.millrace.schema.TableId;
import java.util.List;
import java.util.Set;

/** Which tables a task takes. Pure and thread-safe; readers ask it for any name that they meet. */
public interface TableSelection {
    boolean isSelected(TableId table);

    /** The key that the task declares for a table; empty where the table's own is used. */
    List<String> declaredKey(TableId table);

    /** Tables that the task takes by their own names: parts of another table are taken by nothing less. */
    default Set<TableId> named() {
        return Set.of();
    }

    /** Whether the task takes the name, but not yet: it may be what one of its tables is called further on in the stream. */
    default boolean isAwaited(TableId table) {
        return false;
    }
}
