package io.millrace.writer.mysql.batch;

import io.millrace.writer.sql.AttemptException;

/** One of several statements was warned of, and it cannot be asked any more of which. */
final class WarnedException extends AttemptException {
    private static final long serialVersionUID = 1L;
}
