package io.millrace.writer.mysql;

import io.millrace.error.ErrorCode;
import io.millrace.writer.TargetTable;
import java.util.Optional;

/** The column that says of a row that the source removed it. */
final class MarkColumn {
    /** Rows of the source are inserted without it. */
    static final String TYPE = "tinyint(1) NOT NULL DEFAULT 0";

    private MarkColumn() {}

    /** Whether a table that is there has it as it must be. */
    static void find(TargetTable plan, CatalogTable table, Findings findings) {
        if (plan.mark().isEmpty()) {
            return;
        }
        String name = plan.mark().get();
        String subject = plan.name() + "." + name;
        String alter = "ALTER TABLE " + Identifiers.quote(plan.name());
        Optional<CatalogColumn> has = table.column(name);
        if (has.isEmpty()) {
            findings.error(
                    ErrorCode.TARGET_TABLE_MISMATCH,
                    subject,
                    "the column that deletes set is missing at the target: needs=" + TYPE,
                    alter + " ADD COLUMN " + Identifiers.quote(name) + " " + TYPE);
        } else if (!has.get().isInteger() || has.get().isGenerated()) {
            findings.error(
                    ErrorCode.TARGET_TABLE_MISMATCH,
                    subject,
                    "the column that deletes set has another type: needs=tinyint(1), has="
                            + has.get().sqlType(),
                    "name another column in dml.delete.logical, or make it " + TYPE);
        } else if (!has.get().isZeroByDefault()) {
            findings.error(
                    ErrorCode.TARGET_TABLE_MISMATCH,
                    subject,
                    "the column that deletes set is not 0 by default, and rows are inserted without it",
                    alter + " ALTER COLUMN " + Identifiers.quote(name) + " SET DEFAULT 0");
        }
    }
}
