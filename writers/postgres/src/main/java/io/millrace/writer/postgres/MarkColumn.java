package io.millrace.writer.postgres;

import io.millrace.error.ErrorCode;
import io.millrace.writer.TargetTable;
import java.sql.SQLException;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The column that says of a row that the source removed it. */
final class MarkColumn {
    /** Rows of the source are inserted without it. */
    static final String TYPE = "boolean NOT NULL DEFAULT false";

    private static final String FALSE_BY_DEFAULT = """
            SELECT d.adrelid, a.attname
            FROM pg_catalog.pg_attrdef d
            JOIN pg_catalog.pg_attribute a ON a.attrelid = d.adrelid AND a.attnum = d.adnum
            WHERE d.adrelid = ANY (?::pg_catalog.oid[]) AND pg_catalog.pg_get_expr(d.adbin, d.adrelid) = 'false'""";

    private MarkColumn() {}

    /** By table the columns that are false by default. */
    static Map<Long, List<String>> falseByDefault(PostgresSession session, Collection<Long> oids) throws SQLException {
        return oids.isEmpty()
                ? Map.of()
                : Catalog.byTable(session.connection(), FALSE_BY_DEFAULT, oids, row -> row.getString(2));
    }

    /**
     * Whether a table that is there has it as it must be.
     *
     * @param falseByDefault the table's columns that are
     */
    static void find(TargetTable plan, CatalogTable table, List<String> falseByDefault, Findings findings) {
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
        } else if (!falseByDefault.contains(name)) {
            findings.error(
                    ErrorCode.TARGET_TABLE_MISMATCH,
                    subject,
                    "the column that deletes set is not false by default, and rows are inserted without it",
                    alter + " ALTER COLUMN " + Identifiers.quote(name) + " SET DEFAULT false");
        }
    }
}
