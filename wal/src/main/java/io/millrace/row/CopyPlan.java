package io.millrace.row;

import io.millrace.schema.TableSchema;

/** Which columns of an image are another one's, and which are put: what {@link RowEncoder#beginCopy} starts an image by. Immutable. */
public final class CopyPlan {
    private final boolean[] areFixed; // by column; of those that are copied
    private final long[] kept; // by word: columns that are copied
    private final long[] given; // by word: columns that are there until told otherwise, and all behind the last
    private final int copied;

    /**
     * A plan.
     *
     * @param columns of the image that is made
     * @param input shape of those that it is made of: its columns are the first ones
     * @param isPut by column whether it is put; one that is not, and that the input does not have, is absent
     */
    public CopyPlan(int columns, TableSchema input, boolean[] isPut) {
        areFixed = new boolean[columns];
        kept = new long[RowDescriptor.bitWords(columns)];
        given = new long[kept.length];
        int last = 0;
        for (int column = 0; column < kept.length << 6; column++) {
            boolean isCopied = column < columns && column < input.columns().size() && !isPut[column];
            if (isCopied) {
                kept[column >>> 6] |= 1L << column;
                areFixed[column] = input.columns().get(column).type().isFixed();
                last = column + 1;
            } else if (column >= columns || isPut[column]) {
                given[column >>> 6] |= 1L << column;
            }
        }
        copied = last;
    }

    int columns() {
        return areFixed.length;
    }

    /** How many columns an image must have to be copied from. */
    int copied() {
        return copied;
    }

    boolean isFixed(int column) {
        return areFixed[column];
    }

    long kept(int word) {
        return kept[word];
    }

    long given(int word) {
        return given[word];
    }
}
