package io.millrace.writer;

/** What a run does with its rows. */
public enum RunOperation {
    /** Rows that are new by all that is known. A key that exists all the same makes the writer fall back to UPSERT. */
    INSERT,
    /** Rows that may or may not exist; every image is complete. */
    UPSERT,
    /**
     * Rows that should exist. A complete image that meets no row is inserted and counted as missing. An image that lacks columns
     * leaves those of the row as they are; where it meets no row, that is a dirty row: nothing could fill them.
     */
    UPDATE,
    /** Rows that may or may not exist; images may lack columns, which stay as they are. One that meets no row is left out. */
    UPDATE_IF_THERE,
    /**
     * One row whose key changes, or what foreign keys refer to: it is found by the key of {@link Run#before}, and gets all that its
     * image has, the new key too. Where there is no such row, a complete image is inserted and counted as missing.
     */
    REKEY,
    /** Rows to remove, by the key in their image. One that is not there is counted as missing. */
    DELETE,
    /** Rows that stay, by their key, with {@link TargetTable#mark} set. One that is not there is counted as missing. */
    MARK
}
