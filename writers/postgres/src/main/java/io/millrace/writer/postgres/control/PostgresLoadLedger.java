package io.millrace.writer.postgres.control;

import io.millrace.position.SourcePosition;
import io.millrace.row.KeyBound;
import io.millrace.writer.LedgerEntry;
import io.millrace.writer.postgres.connection.Identifiers;
import io.millrace.writer.postgres.connection.Oids;
import io.millrace.writer.postgres.connection.Pipeline;
import io.millrace.writer.postgres.connection.PostgresSession;
import io.millrace.writer.sql.LoadLedger;
import java.sql.SQLException;
import java.util.Collection;
import java.util.List;
import org.postgresql.core.Query;

/** The load ledger at PostgreSQL, whose entries travel in the pipeline. */
public final class PostgresLoadLedger extends LoadLedger<PostgresSession> {
    private final String lock;

    PostgresLoadLedger(String controlSchema, String task) {
        super(Identifiers.quote(controlSchema) + "." + NAME, task, "rows");
        lock = PostgresControl.lock(controlSchema, task);
    }

    @Override
    public String create() {
        return "CREATE TABLE IF NOT EXISTS " + table() + " (task text NOT NULL, source_schema text NOT NULL,"
                + " source_table text NOT NULL, chunk integer NOT NULL, lower_bound text, upper_bound text,"
                + " watermark text NOT NULL, shape text NOT NULL, rows bigint NOT NULL,"
                + " loaded_at timestamptz NOT NULL DEFAULT pg_catalog.now(),"
                + " PRIMARY KEY (task, source_schema, source_table, chunk))";
    }

    @Override
    public void end(PostgresSession session, SourcePosition end) throws SQLException {
        session.update(
                "INSERT INTO " + table() + " (task, " + columns() + ") SELECT task, source_schema, source_table, "
                        + LedgerEntry.END + ", NULL, NULL, ?, '', 0 FROM " + table()
                        + " WHERE task = ? GROUP BY task, source_schema, source_table HAVING NOT bool_or(chunk = "
                        + LedgerEntry.END + ")",
                end.text(),
                task());
        session.update("DELETE FROM " + table() + " WHERE chunk = " + LedgerEntry.RELOADING + " AND task = ?", task());
    }

    /** Behind a lock, so that of two processes at once the second one sees what the first one added. */
    @Override
    public boolean request(PostgresSession session, Collection<LedgerEntry> entries) throws SQLException {
        return session.inTransaction(() -> {
            session.lock(lock);
            if (hasAny(session, entries)) {
                return false;
            }
            insert(session, entries);
            return true;
        });
    }

    private boolean hasAny(PostgresSession session, Collection<LedgerEntry> entries) throws SQLException {
        List<LedgerEntry> standing = read(session);
        return entries.stream()
                .anyMatch(entry -> standing.stream()
                        .anyMatch(each ->
                                each.number() == entry.number() && each.source().equals(entry.source())));
    }

    @Override
    public void insert(PostgresSession session, Collection<LedgerEntry> entries) throws SQLException {
        Query query = session.prepare(insertion());
        session.pipeline().reset();
        for (LedgerEntry entry : entries) {
            insert(session.pipeline(), query, entry);
        }
        if (!entries.isEmpty()) {
            session.pipeline().flush();
        }
    }

    /** NULLIF, because a parameter of the pipeline is never NULL. */
    public String insertion() {
        return "INSERT INTO " + table() + " (task, " + columns()
                + ") VALUES (?, ?, ?, ?, NULLIF(?, ''), NULLIF(?, ''), ?, ?, ?)";
    }

    /** Adds an entry to the pipeline. */
    public void insert(Pipeline pipeline, Query query, LedgerEntry entry) {
        pipeline.begin(query);
        pipeline.parameter(task(), Oids.TEXT);
        pipeline.parameter(entry.source().namespace(), Oids.TEXT);
        pipeline.parameter(entry.source().name(), Oids.TEXT);
        pipeline.output().putInt(entry.number());
        pipeline.parameter(Oids.INT4);
        pipeline.parameter(entry.lower().map(KeyBound::text).orElse(""), Oids.TEXT);
        pipeline.parameter(entry.upper().map(KeyBound::text).orElse(""), Oids.TEXT);
        pipeline.parameter(entry.watermark().text(), Oids.TEXT);
        pipeline.parameter(entry.shape(), Oids.TEXT);
        pipeline.output().putLong(entry.rows());
        pipeline.parameter(Oids.INT8);
    }
}
