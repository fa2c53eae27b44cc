package io.millrace.writer.postgres;

import io.millrace.schema.TableId;
import io.millrace.wal.DdlCodec;
import io.millrace.writer.DdlRecord;
import io.millrace.writer.FollowedTable;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.UUID;

/** Statements of the source at which a task's lanes stood, and the shapes that its tables have there, as rows of the control schema. */
final class StatementLedger {
    private static final String COLUMNS = "ordinal, place, verb, tables, policy, outcome, log_id, log_index,"
            + " source_position, rows_into_transaction, number, statement, event, outlines";

    private final String statements;
    private final String shapes;
    private final String task;

    StatementLedger(String controlSchema, String task) {
        statements = Identifiers.quote(controlSchema) + ".ddl";
        shapes = Identifiers.quote(controlSchema) + ".shape";
        this.task = task;
    }

    List<String> tables() {
        return List.of(statements, shapes);
    }

    List<String> create() {
        return List.of(
                "CREATE TABLE IF NOT EXISTS " + statements + " (task text NOT NULL, ordinal bigint NOT NULL,"
                        + " place text NOT NULL, verb text NOT NULL, tables text NOT NULL, policy text NOT NULL,"
                        + " outcome text NOT NULL, log_id uuid NOT NULL, log_index bigint NOT NULL,"
                        + " source_position text NOT NULL, rows_into_transaction bigint NOT NULL,"
                        + " number integer NOT NULL, statement text NOT NULL, event bytea NOT NULL,"
                        + " outlines text NOT NULL, noted_at timestamptz NOT NULL DEFAULT pg_catalog.now(),"
                        + " ended_at timestamptz, PRIMARY KEY (task, ordinal))",
                "CREATE TABLE IF NOT EXISTS " + shapes + " (task text NOT NULL, source_schema text NOT NULL,"
                        + " source_table text NOT NULL, shape bytea NOT NULL,"
                        + " PRIMARY KEY (task, source_schema, source_table))");
    }

    // ---- statements

    /** All of the task, or its newest. */
    List<DdlRecord> read(PostgresSession session, boolean isNewestOnly) throws SQLException {
        String tail = isNewestOnly ? " ORDER BY ordinal DESC LIMIT 1" : " ORDER BY ordinal";
        List<DdlRecord> records = new ArrayList<>();
        try (PreparedStatement statement = session.connection()
                .prepareStatement("SELECT " + COLUMNS + " FROM " + statements + " WHERE task = ?" + tail)) {
            statement.setString(1, task);
            try (ResultSet rows = statement.executeQuery()) {
                while (rows.next()) {
                    records.add(read(rows));
                }
            }
        }
        return records;
    }

    private static DdlRecord read(ResultSet row) throws SQLException {
        return new DdlRecord(
                row.getLong(1),
                row.getString(2),
                row.getString(3),
                row.getString(4),
                row.getString(5),
                DdlRecord.Outcome.parse(row.getString(6)),
                new DdlRecord.At(
                        row.getObject(7, UUID.class),
                        row.getLong(8),
                        row.getString(9),
                        row.getLong(10),
                        row.getInt(11)),
                DdlCodec.decode(row.getBytes(13)),
                row.getString(14));
    }

    void insert(PostgresSession session, DdlRecord added) throws SQLException {
        try (PreparedStatement statement = session.connection()
                .prepareStatement(
                        "INSERT INTO " + statements + " (task, " + COLUMNS + ") VALUES (?" + ", ?".repeat(14) + ")")) {
            statement.setString(1, task);
            statement.setLong(2, added.ordinal());
            statement.setString(3, added.place());
            statement.setString(4, added.verb());
            statement.setString(5, added.tables());
            statement.setString(6, added.policy());
            statement.setString(7, added.outcome().text());
            statement.setObject(8, added.at().logId());
            statement.setLong(9, added.at().logIndex());
            statement.setString(10, added.at().position());
            statement.setLong(11, added.at().rowsIntoTransaction());
            statement.setInt(12, added.at().number());
            statement.setString(13, added.event().statement().replace("\0", ""));
            statement.setBytes(14, DdlCodec.encode(added.event()));
            statement.setString(15, added.outlines());
            statement.executeUpdate();
        }
    }

    /** Returns whether it stood there as begun. */
    boolean end(PostgresSession session, DdlRecord ended) throws SQLException {
        try (PreparedStatement statement = session.connection()
                .prepareStatement("UPDATE " + statements + " SET outcome = ?, ended_at = pg_catalog.now()"
                        + " WHERE task = ? AND ordinal = ? AND outcome = 'intent'")) {
            statement.setString(1, ended.outcome().text());
            statement.setString(2, task);
            statement.setLong(3, ended.ordinal());
            return statement.executeUpdate() == 1;
        }
    }

    void note(PostgresSession session, long ordinal, String outlines) throws SQLException {
        try (PreparedStatement statement = session.connection()
                .prepareStatement("UPDATE " + statements + " SET outlines = ? WHERE task = ? AND ordinal = ?")) {
            statement.setString(1, outlines);
            statement.setString(2, task);
            statement.setLong(3, ordinal);
            statement.executeUpdate();
        }
    }

    void move(PostgresSession session, long ordinal, DdlRecord.At at) throws SQLException {
        try (PreparedStatement statement = session.connection()
                .prepareStatement(
                        "UPDATE " + statements + " SET log_id = ?, log_index = ? WHERE task = ? AND ordinal = ?")) {
            statement.setObject(1, at.logId());
            statement.setLong(2, at.logIndex());
            statement.setString(3, task);
            statement.setLong(4, ordinal);
            statement.executeUpdate();
        }
    }

    // ---- shapes

    List<FollowedTable> followed(PostgresSession session) throws SQLException {
        List<FollowedTable> found = new ArrayList<>();
        try (PreparedStatement statement = session.connection()
                .prepareStatement(
                        "SELECT shape FROM " + shapes + " WHERE task = ? ORDER BY source_schema, source_table")) {
            statement.setString(1, task);
            try (ResultSet rows = statement.executeQuery()) {
                while (rows.next()) {
                    found.add(FollowedTable.decode(rows.getBytes(1)));
                }
            }
        }
        return found;
    }

    void keep(PostgresSession session, Collection<FollowedTable> kept) throws SQLException {
        try (PreparedStatement statement = session.connection()
                .prepareStatement("INSERT INTO " + shapes + " VALUES (?, ?, ?, ?)"
                        + " ON CONFLICT (task, source_schema, source_table) DO UPDATE SET shape = excluded.shape")) {
            for (FollowedTable table : kept) {
                name(statement, table.table());
                statement.setBytes(4, table.encode());
                statement.executeUpdate();
            }
        }
    }

    void forgetAll(PostgresSession session) throws SQLException {
        try (PreparedStatement statement =
                session.connection().prepareStatement("DELETE FROM " + shapes + " WHERE task = ?")) {
            statement.setString(1, task);
            statement.executeUpdate();
        }
    }

    void forget(PostgresSession session, Collection<TableId> gone) throws SQLException {
        try (PreparedStatement statement = session.connection()
                .prepareStatement(
                        "DELETE FROM " + shapes + " WHERE task = ? AND source_schema = ? AND source_table = ?")) {
            for (TableId table : gone) {
                name(statement, table);
                statement.executeUpdate();
            }
        }
    }

    private void name(PreparedStatement statement, TableId table) throws SQLException {
        statement.setString(1, task);
        statement.setString(2, table.namespace());
        statement.setString(3, table.name());
    }
}
