package io.millrace.writer.mysql.catalog;

import io.millrace.error.Findings;
import io.millrace.writer.TargetTable;
import io.millrace.writer.mysql.connection.Identifiers;
import io.millrace.writer.sql.MarkColumn;
import io.millrace.writer.sql.MarkColumn.Has;

/** The column that says of a row that the source removed it, at MySQL and MariaDB. */
public final class MarkColumns {
    public static final MarkColumn WORDS =
            new MarkColumn("tinyint(1) NOT NULL DEFAULT 0", "tinyint(1)", "0", Identifiers::quote);

    private MarkColumns() {}

    /** Whether a table that is there has it as it must be. */
    public static void find(TargetTable plan, CatalogTable table, Findings findings) {
        WORDS.find(
                plan,
                plan.mark()
                        .flatMap(table::column)
                        .map(column -> new Has(
                                column.sqlType(),
                                column.isInteger() && !column.isGenerated(),
                                column.isZeroByDefault())),
                findings);
    }
}
