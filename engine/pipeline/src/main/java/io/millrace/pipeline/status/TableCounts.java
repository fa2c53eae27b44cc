package io.millrace.pipeline.status;

import io.millrace.schema.TableId;

/**
 * What became of one table's changes since the session began, as committed at the target.
 *
 * @param source its name there
 */
public record TableCounts(TableId source, long inserts, long updates, long deletes) {
    public long changes() {
        return inserts + updates + deletes;
    }
}
