package io.millrace.writer.mysql.control;

import io.millrace.position.SourcePosition;
import io.millrace.row.KeyBound;
import io.millrace.writer.LedgerEntry;
import io.millrace.writer.mysql.connection.Dialect;
import io.millrace.writer.mysql.connection.Identifiers;
import io.millrace.writer.mysql.connection.MySqlSession;
import io.millrace.writer.mysql.connection.StatementException;
import io.millrace.writer.sql.LoadLedger;
import java.sql.SQLException;
import java.util.Collection;

/** The load ledger at MySQL and MariaDB. */
public final class MySqlLoadLedger extends LoadLedger<MySqlSession> {
    private final Dialect dialect;

    MySqlLoadLedger(String controlSchema, String task, Dialect dialect) {
        super(Identifiers.quote(controlSchema) + "." + NAME, task, "row_count");
        this.dialect = dialect;
    }

    @Override
    public String create() {
        return "CREATE TABLE IF NOT EXISTS " + table() + " (task varchar(128) NOT NULL,"
                + " source_schema varchar(64) NOT NULL, source_table varchar(64) NOT NULL, chunk int NOT NULL,"
                + " lower_bound longtext, upper_bound longtext, watermark longtext NOT NULL, shape text NOT NULL,"
                + " row_count bigint NOT NULL, loaded_at timestamp(6) NOT NULL DEFAULT CURRENT_TIMESTAMP(6),"
                + " PRIMARY KEY (task, source_schema, source_table, chunk)) ENGINE=InnoDB DEFAULT COLLATE="
                + dialect.binaryCollation();
    }

    @Override
    public void end(MySqlSession session, SourcePosition end) throws SQLException {
        session.update(
                "INSERT INTO " + table() + " (task, " + columns() + ") SELECT task, source_schema, source_table, "
                        + LedgerEntry.END + ", NULL, NULL, ?, '', 0 FROM (SELECT task, source_schema, source_table,"
                        + " MAX(chunk = " + LedgerEntry.END + ") is_ended FROM " + table()
                        + " WHERE task = ? GROUP BY task, source_schema, source_table) loaded WHERE is_ended = 0",
                end.text(),
                task());
        session.update("DELETE FROM " + table() + " WHERE task = ? AND chunk = " + LedgerEntry.RELOADING, task());
    }

    /** Of two processes at once the key lets one win. */
    @Override
    public boolean request(MySqlSession session, Collection<LedgerEntry> entries) throws SQLException {
        try {
            return session.inTransaction(() -> {
                insert(session, entries);
                return true;
            });
        } catch (SQLException e) {
            if (e.getErrorCode() != StatementException.DUPLICATE_ENTRY) {
                throw e;
            }
            return false;
        }
    }

    @Override
    public void insert(MySqlSession session, Collection<LedgerEntry> entries) throws SQLException {
        for (LedgerEntry entry : entries) {
            insert(session, entry);
        }
    }

    public void insert(MySqlSession session, LedgerEntry entry) throws SQLException {
        session.update(
                "INSERT INTO " + table() + " (task, " + columns() + ") VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
                task(),
                entry.source().namespace(),
                entry.source().name(),
                entry.number(),
                entry.lower().map(KeyBound::text).orElse(null),
                entry.upper().map(KeyBound::text).orElse(null),
                entry.watermark().text(),
                entry.shape(),
                entry.rows());
    }
}
