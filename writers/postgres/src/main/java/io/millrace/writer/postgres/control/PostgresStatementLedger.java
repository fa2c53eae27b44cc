package io.millrace.writer.postgres.control;

import io.millrace.writer.postgres.connection.Identifiers;
import io.millrace.writer.postgres.connection.PostgresSession;
import io.millrace.writer.sql.StatementLedger;
import java.util.List;
import java.util.UUID;

/** Statements of the source and shapes of its tables, as PostgreSQL keeps them. */
final class PostgresStatementLedger extends StatementLedger<PostgresSession> {
    PostgresStatementLedger(String controlSchema, String task) {
        super(
                Identifiers.quote(controlSchema) + "." + NAME,
                Identifiers.quote(controlSchema) + "." + SHAPES,
                Identifiers.quote(controlSchema) + "." + LEFT,
                task);
    }

    @Override
    public List<String> create() {
        return List.of(
                "CREATE TABLE IF NOT EXISTS " + statements() + " (task text NOT NULL, ordinal bigint NOT NULL,"
                        + " place text NOT NULL, verb text NOT NULL, tables text NOT NULL, policy text NOT NULL,"
                        + " outcome text NOT NULL, log_id uuid NOT NULL, log_index bigint NOT NULL,"
                        + " source_position text NOT NULL, rows_into_transaction bigint NOT NULL,"
                        + " number integer NOT NULL, statement text NOT NULL, event bytea NOT NULL,"
                        + " outlines text NOT NULL, noted_at timestamptz NOT NULL DEFAULT pg_catalog.now(),"
                        + " ended_at timestamptz, PRIMARY KEY (task, ordinal))",
                "CREATE TABLE IF NOT EXISTS " + shapes() + " (task text NOT NULL, source_schema text NOT NULL,"
                        + " source_table text NOT NULL, shape bytea NOT NULL,"
                        + " PRIMARY KEY (task, source_schema, source_table))",
                "CREATE TABLE IF NOT EXISTS " + left() + " (task text NOT NULL, source_schema text NOT NULL,"
                        + " source_table text NOT NULL, target_schema text NOT NULL, target_table text NOT NULL,"
                        + " PRIMARY KEY (task, source_schema, source_table, target_schema, target_table))");
    }

    @Override
    protected String now() {
        return "pg_catalog.now()";
    }

    @Override
    protected Object parameter(UUID id) {
        return id;
    }

    /** The server has no U+0000 in texts. */
    @Override
    protected String storable(String text) {
        return text.replace("\0", "");
    }

    @Override
    protected String keeping() {
        return "INSERT INTO " + shapes() + " VALUES (?, ?, ?, ?)"
                + " ON CONFLICT (task, source_schema, source_table) DO UPDATE SET shape = excluded.shape";
    }
}
