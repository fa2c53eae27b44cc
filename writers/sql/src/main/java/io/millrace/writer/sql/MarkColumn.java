package io.millrace.writer.sql;

import io.millrace.error.ErrorCode;
import io.millrace.error.Findings;
import io.millrace.writer.TargetTable;
import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * The column that says of a row that the source removed it, in a server's words. Immutable.
 *
 * @param type of what we make: rows of the source are inserted without the column
 * @param bareType of a column that is there
 * @param no the value of a row that is there
 * @param quote puts a name into quotes
 */
public record MarkColumn(String type, String bareType, String no, UnaryOperator<String> quote) {
    /**
     * A table's column as it is.
     *
     * @param isOfType whether it can hold the mark, and is not computed by the server
     * @param isNoByDefault whether a row that is inserted without it is not marked
     */
    public record Has(String sqlType, boolean isOfType, boolean isNoByDefault) {}

    /**
     * Whether a table that is there has it as it must be.
     *
     * @param has the column of that name; empty where there is none
     */
    public void find(TargetTable plan, Optional<Has> has, Findings findings) {
        if (plan.mark().isEmpty()) {
            return;
        }
        String name = plan.mark().get();
        String subject = plan.name() + "." + name;
        String alter = "ALTER TABLE " + quote.apply(plan.name().namespace()) + "."
                + quote.apply(plan.name().name());
        if (has.isEmpty()) {
            findings.error(
                    ErrorCode.TARGET_TABLE_MISMATCH,
                    subject,
                    "the column that deletes set is missing at the target: needs=" + type,
                    alter + " ADD COLUMN " + quote.apply(name) + " " + type);
        } else if (!has.get().isOfType()) {
            findings.error(
                    ErrorCode.TARGET_TABLE_MISMATCH,
                    subject,
                    "the column that deletes set has another type: needs=" + bareType + ", has="
                            + has.get().sqlType(),
                    "name another column in dml.delete.logical, or make it " + type);
        } else if (!has.get().isNoByDefault()) {
            findings.error(
                    ErrorCode.TARGET_TABLE_MISMATCH,
                    subject,
                    "the column that deletes set is not " + no + " by default, and rows are inserted without it",
                    alter + " ALTER COLUMN " + quote.apply(name) + " SET DEFAULT " + no);
        }
    }
}
