package io.millrace.writer.postgres.catalog;

import io.millrace.error.Findings;
import io.millrace.writer.TargetTable;
import io.millrace.writer.postgres.connection.Identifiers;
import io.millrace.writer.postgres.connection.PostgresSession;
import io.millrace.writer.sql.MarkColumn;
import io.millrace.writer.sql.MarkColumn.Has;
import java.sql.SQLException;
import java.util.Collection;
import java.util.List;
import java.util.Map;

/** The column that says of a row that the source removed it, at PostgreSQL. */
public final class MarkColumns {
    public static final MarkColumn WORDS =
            new MarkColumn("boolean NOT NULL DEFAULT false", "boolean", "false", Identifiers::quote);

    private static final String FALSE_BY_DEFAULT = """
            SELECT d.adrelid, a.attname
            FROM pg_catalog.pg_attrdef d
            JOIN pg_catalog.pg_attribute a ON a.attrelid = d.adrelid AND a.attnum = d.adnum
            WHERE d.adrelid = ANY (?::pg_catalog.oid[]) AND pg_catalog.pg_get_expr(d.adbin, d.adrelid) = 'false'""";

    private MarkColumns() {}

    /** By table the columns that are false by default. */
    public static Map<Long, List<String>> falseByDefault(PostgresSession session, Collection<Long> oids)
            throws SQLException {
        return oids.isEmpty()
                ? Map.of()
                : Catalog.byTable(session.connection(), FALSE_BY_DEFAULT, oids, row -> row.getString(2));
    }

    /**
     * Whether a table that is there has it as it must be.
     *
     * @param falseByDefault the table's columns that are
     */
    public static void find(TargetTable plan, CatalogTable table, List<String> falseByDefault, Findings findings) {
        WORDS.find(
                plan,
                plan.mark()
                        .flatMap(table::column)
                        .map(column -> new Has(
                                column.sqlType(),
                                column.sqlType().equals("boolean") && !column.isGenerated(),
                                falseByDefault.contains(column.name()))),
                findings);
    }
}
