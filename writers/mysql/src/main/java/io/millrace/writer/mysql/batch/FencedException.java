package io.millrace.writer.mysql.batch;

import io.millrace.writer.sql.AttemptException;

/** The compare-and-set of the checkpoint met no row. */
final class FencedException extends AttemptException {
    private static final long serialVersionUID = 1L;
}
