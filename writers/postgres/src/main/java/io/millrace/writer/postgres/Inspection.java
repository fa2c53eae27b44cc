package io.millrace.writer.postgres;

import io.millrace.error.ErrorCode;
import io.millrace.error.Finding;
import io.millrace.error.Finding.Severity;
import io.millrace.writer.TargetColumn;
import io.millrace.writer.TargetSettings;
import io.millrace.writer.TargetState;
import io.millrace.writer.TargetTable;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** How a planned table stands at the server, every difference at once. */
final class Inspection {
    private final PostgresSession session;

    Inspection(PostgresSession session, TargetSettings settings) {
        this.session = session;
    }

    TargetState of(TargetTable table) throws SQLException {
        Optional<CatalogTable> found = Catalog.table(session.connection(), table.name());
        if (found.isEmpty()) {
            return new TargetState(false, false, false, List.of(), List.of());
        }
        List<Finding> findings = new ArrayList<>();
        for (TargetColumn column : table.columns()) {
            Optional<CatalogColumn> has = found.get().column(column.name());
            if (has.isEmpty()) {
                findings.add(new Finding(
                        Severity.ERROR,
                        ErrorCode.TARGET_TABLE_MISMATCH,
                        table.name() + "." + column.name(),
                        "the column is missing at the target: needs=" + column.sqlType(),
                        "ALTER TABLE " + Identifiers.quote(table.name()) + " ADD COLUMN "
                                + Identifiers.quote(column.name()) + " " + column.sqlType()));
            }
        }
        return new TargetState(true, hasRows(table), false, List.of(), findings);
    }

    private boolean hasRows(TargetTable table) throws SQLException {
        try (Statement statement = session.connection().createStatement();
                ResultSet rows =
                        statement.executeQuery("SELECT EXISTS (SELECT FROM " + Identifiers.quote(table.name()) + ")")) {
            return rows.next() && rows.getBoolean(1);
        }
    }
}
