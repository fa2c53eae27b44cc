package io.millrace.writer.postgres.batch;

import io.millrace.schema.TableId;
import io.millrace.writer.sql.AttemptException;

/** Somebody altered a target table since its encoders were chosen. */
final class ShapeChangedException extends AttemptException {
    private static final long serialVersionUID = 1L;

    ShapeChangedException(TableId table) {
        super("a target table was altered: table=" + table);
    }
}
