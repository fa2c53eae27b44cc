package io.millrace.writer.mysql.batch;

import io.millrace.writer.sql.AttemptException;

/**
 * A LOAD DATA left rows out, or changed some: what came of it must not stand, and another way tells which. Or it cannot say a value.
 */
final class LoadNotExactException extends AttemptException {
    private static final long serialVersionUID = 1L;
}
