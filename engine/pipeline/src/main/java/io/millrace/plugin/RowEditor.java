package io.millrace.plugin;

import io.millrace.row.ImageFlyweight;

/** Edits the rows of one table, on one thread. */
@FunctionalInterface
public interface RowEditor {
    /**
     * Looks at a row and says what becomes of it: loaded rows, and both images of changes, in any order and again after a failure, so that what it
     * does must hang on the row alone. A column that the source did not send is not present, and stays so unless it is set.
     *
     * @param row valid until the call returns
     * @param edits by the places of {@link RowTransform#columns}; what is not set stays as it is, a new column NULL
     * @throws RuntimeException which stops the task; its message is not shown
     */
    void edit(ImageFlyweight row, RowEdits edits);
}
