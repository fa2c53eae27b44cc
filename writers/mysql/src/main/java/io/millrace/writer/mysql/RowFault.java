package io.millrace.writer.mysql;

/** A row that cannot be written for its own sake, found while encoding: nothing of it was sent. */
final class RowFault extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final int row;

    /**
     * @param row its place in the run
     */
    RowFault(String message, int row) {
        super(message, null, false, false);
        this.row = row;
    }

    int row() {
        return row;
    }
}
