package io.millrace.writer;

import io.millrace.schema.TableId;
import java.util.Objects;

/**
 * Rows that a source table has left in a target: it went, and no statement was carried out there. Immutable.
 *
 * @param source the table's last name
 * @param target the table that has its rows
 */
public record LeftRows(TableId source, TableId target) {
    public LeftRows {
        Objects.requireNonNull(source, "source");
        Objects.requireNonNull(target, "target");
    }
}
