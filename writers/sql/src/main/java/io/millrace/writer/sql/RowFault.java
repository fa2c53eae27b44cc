package io.millrace.writer.sql;

import io.millrace.writer.Refusal;

/** A row that cannot be written for its own sake, found while encoding: nothing of it was sent. */
public final class RowFault extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final String error;
    private final int row;

    /**
     * A value that cannot be written.
     *
     * @param row its place in the run; 0 where there is no run
     */
    public RowFault(String message, int row) {
        this(Refusal.ENCODING, message, row);
    }

    private RowFault(String error, String message, int row) {
        super(message, null, false, false);
        this.error = error;
        this.row = row;
    }

    /** The row needs another one, which is not there. */
    public static RowFault noRow(String message, int row) {
        return new RowFault(Refusal.NO_ROW, message, row);
    }

    /** What the batch is told. */
    public Refusal refusal() {
        return new Refusal(error, "", getMessage());
    }

    /** Its place in the run. */
    public int row() {
        return row;
    }
}
