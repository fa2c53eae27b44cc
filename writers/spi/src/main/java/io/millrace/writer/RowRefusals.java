package io.millrace.writer;

import io.millrace.row.ImageFlyweight;

/** Is told of rows of a load that cannot be written for their own sake. */
@FunctionalInterface
public interface RowRefusals {
    /**
     * A row is left out.
     *
     * @param number of the row in its table's part of the chunk, from 0
     * @param image valid until this returns
     */
    void refuse(int number, ImageFlyweight image, Refusal why);
}
