package io.millrace.writer.mysql;

import io.millrace.error.ErrorCode;
import io.millrace.writer.TargetTable;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;

/** The column that says of a row that the source removed it. */
final class MarkColumn {
    /** Rows of the source are inserted without it. */
    static final String TYPE = "tinyint(1) NOT NULL DEFAULT 0";

    private MarkColumn() {}

    /** Whether a table that is there has it as it must be. */
    static void find(MySqlSession session, TargetTable plan, CatalogTable table, Findings findings)
            throws SQLException {
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
        } else if (!isZeroByDefault(session, plan, name)) {
            findings.error(
                    ErrorCode.TARGET_TABLE_MISMATCH,
                    subject,
                    "the column that deletes set is not 0 by default, and rows are inserted without it",
                    alter + " ALTER COLUMN " + Identifiers.quote(name) + " SET DEFAULT 0");
        }
    }

    private static boolean isZeroByDefault(MySqlSession session, TargetTable plan, String column) throws SQLException {
        List<String> defaults = session.rows(
                "SELECT COALESCE(COLUMN_DEFAULT, '') FROM information_schema.COLUMNS"
                        + " WHERE TABLE_SCHEMA = ? AND TABLE_NAME = ? AND COLUMN_NAME = ?",
                row -> row.getString(1),
                plan.name().namespace(),
                plan.name().name(),
                column);
        return defaults.equals(List.of("0"));
    }
}
