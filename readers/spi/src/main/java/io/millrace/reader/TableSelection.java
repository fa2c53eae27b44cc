package io.millrace.reader;

import io.millrace.schema.TableId;
import java.util.List;

/** Which tables a task takes. Pure and thread-safe; readers ask it for any name that they meet. */
public interface TableSelection {
    boolean isSelected(TableId table);

    /** The key that the task declares for a table; empty where the table's own is used. */
    List<String> declaredKey(TableId table);
}
