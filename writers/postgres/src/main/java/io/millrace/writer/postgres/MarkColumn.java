package io.millrace.writer.postgres;

import io.millrace.error.ErrorCode;
import io.millrace.writer.TargetTable;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Optional;

/** The column that says of a row that the source removed it. */
final class MarkColumn {
    /** Rows of the source are inserted without it. */
    static final String TYPE = "boolean NOT NULL DEFAULT false";

    private MarkColumn() {}

    /** Whether a table that is there has it as it must be. */
    static void find(PostgresSession session, TargetTable plan, CatalogTable table, Findings findings)
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
        } else if (!has.get().sqlType().equals("boolean") || has.get().isGenerated()) {
            findings.error(
                    ErrorCode.TARGET_TABLE_MISMATCH,
                    subject,
                    "the column that deletes set has another type: needs=boolean, has="
                            + has.get().sqlType(),
                    "name another column in dml.delete.logical, or make it " + TYPE);
        } else if (!isFalseByDefault(session, table, name)) {
            findings.error(
                    ErrorCode.TARGET_TABLE_MISMATCH,
                    subject,
                    "the column that deletes set is not false by default, and rows are inserted without it",
                    alter + " ALTER COLUMN " + Identifiers.quote(name) + " SET DEFAULT false");
        }
    }

    private static boolean isFalseByDefault(PostgresSession session, CatalogTable table, String column)
            throws SQLException {
        try (PreparedStatement statement = session.connection()
                .prepareStatement("SELECT pg_catalog.pg_get_expr(d.adbin, d.adrelid) FROM pg_catalog.pg_attrdef d"
                        + " JOIN pg_catalog.pg_attribute a ON a.attrelid = d.adrelid AND a.attnum = d.adnum"
                        + " WHERE d.adrelid = ?::oid AND a.attname = ?")) {
            statement.setLong(1, table.oid());
            statement.setString(2, column);
            try (ResultSet rows = statement.executeQuery()) {
                return rows.next() && rows.getString(1).equals("false");
            }
        }
    }
}
