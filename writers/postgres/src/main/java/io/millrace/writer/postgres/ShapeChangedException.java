package io.millrace.writer.postgres;

import io.millrace.schema.TableId;

/** Somebody altered a target table since its encoders were chosen. */
final class ShapeChangedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    ShapeChangedException(TableId table) {
        super("a target table was altered: table=" + table);
    }
}
