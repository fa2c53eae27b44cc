package io.millrace.writer;

/** What a run does with its rows. */
public enum RunOperation {
    /** Rows that are new by all that is known. A key that exists all the same makes the writer fall back to UPSERT. */
    INSERT,
    /** Rows that may or may not exist; every image is complete. */
    UPSERT,
    /** Rows that should exist. A complete image that meets no row is inserted and counted as missing. */
    UPDATE,
    /** Rows to remove, by the key in their image. One that is not there is counted as missing. */
    DELETE
}
