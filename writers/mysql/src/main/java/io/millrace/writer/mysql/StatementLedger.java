package io.millrace.writer.mysql;

import io.millrace.schema.TableId;
import io.millrace.wal.DdlCodec;
import io.millrace.writer.DdlRecord;
import io.millrace.writer.FollowedTable;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Collection;
import java.util.List;
import java.util.UUID;

/** Statements of the source at which a task's lanes stood, and the shapes that its tables have there, as rows of the control schema. */
final class StatementLedger {
    static final String NAME = "ddl";
    static final String SHAPES = "shape";

    private static final String COLUMNS = "ordinal, place, verb, tables, policy, outcome, log_id, log_index,"
            + " source_position, rows_into_transaction, number, statement, event, outlines";

    private final String statements;
    private final String shapes;
    private final String task;
    private final Dialect dialect;

    StatementLedger(String controlSchema, String task, Dialect dialect) {
        statements = Identifiers.quote(controlSchema) + "." + NAME;
        shapes = Identifiers.quote(controlSchema) + "." + SHAPES;
        this.task = task;
        this.dialect = dialect;
    }

    List<String> create() {
        String tail = " ENGINE=InnoDB DEFAULT COLLATE=" + dialect.binaryCollation();
        return List.of(
                "CREATE TABLE IF NOT EXISTS " + statements + " (task varchar(128) NOT NULL, ordinal bigint NOT NULL,"
                        + " place text NOT NULL, verb text NOT NULL, tables text NOT NULL, policy varchar(64) NOT NULL,"
                        + " outcome varchar(16) NOT NULL, log_id char(36) CHARACTER SET ascii NOT NULL,"
                        + " log_index bigint NOT NULL, source_position longtext NOT NULL,"
                        + " rows_into_transaction bigint NOT NULL, number int NOT NULL, statement longtext NOT NULL,"
                        + " event longblob NOT NULL, outlines longtext NOT NULL,"
                        + " noted_at timestamp(6) NOT NULL DEFAULT CURRENT_TIMESTAMP(6), ended_at timestamp(6) NULL,"
                        + " PRIMARY KEY (task, ordinal))" + tail,
                "CREATE TABLE IF NOT EXISTS " + shapes + " (task varchar(128) NOT NULL,"
                        + " source_schema varchar(64) NOT NULL, source_table varchar(64) NOT NULL,"
                        + " shape longblob NOT NULL, PRIMARY KEY (task, source_schema, source_table))" + tail);
    }

    // ---- statements

    /** All of the task, or its newest. */
    List<DdlRecord> read(MySqlSession session, boolean isNewestOnly) throws SQLException {
        String tail = isNewestOnly ? " ORDER BY ordinal DESC LIMIT 1" : " ORDER BY ordinal";
        return session.rows(
                "SELECT " + COLUMNS + " FROM " + statements + " WHERE task = ?" + tail, StatementLedger::read, task);
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
                        UUID.fromString(row.getString(7)),
                        row.getLong(8),
                        row.getString(9),
                        row.getLong(10),
                        row.getInt(11)),
                DdlCodec.decode(row.getBytes(13)),
                row.getString(14));
    }

    void insert(MySqlSession session, DdlRecord added) throws SQLException {
        session.update(
                "INSERT INTO " + statements + " (task, " + COLUMNS + ") VALUES (?" + ", ?".repeat(14) + ")",
                task,
                added.ordinal(),
                added.place(),
                added.verb(),
                added.tables(),
                added.policy(),
                added.outcome().text(),
                added.at().logId().toString(),
                added.at().logIndex(),
                added.at().position(),
                added.at().rowsIntoTransaction(),
                added.at().number(),
                added.event().statement(),
                DdlCodec.encode(added.event()),
                added.outlines());
    }

    /** Returns whether it stood there as begun. */
    boolean end(MySqlSession session, DdlRecord ended) throws SQLException {
        return session.update(
                        "UPDATE " + statements + " SET outcome = ?, ended_at = CURRENT_TIMESTAMP(6)"
                                + " WHERE task = ? AND ordinal = ? AND outcome = 'intent'",
                        ended.outcome().text(),
                        task,
                        ended.ordinal())
                == 1;
    }

    void note(MySqlSession session, long ordinal, String outlines) throws SQLException {
        session.update(
                "UPDATE " + statements + " SET outlines = ? WHERE task = ? AND ordinal = ?", outlines, task, ordinal);
    }

    void move(MySqlSession session, long ordinal, DdlRecord.At at) throws SQLException {
        session.update(
                "UPDATE " + statements + " SET log_id = ?, log_index = ? WHERE task = ? AND ordinal = ?",
                at.logId().toString(),
                at.logIndex(),
                task,
                ordinal);
    }

    void removeAll(MySqlSession session) throws SQLException {
        session.update("DELETE FROM " + statements + " WHERE task = ?", task);
        session.update("DELETE FROM " + shapes + " WHERE task = ?", task);
    }

    // ---- shapes

    List<FollowedTable> followed(MySqlSession session) throws SQLException {
        return session.rows(
                "SELECT shape FROM " + shapes + " WHERE task = ? ORDER BY source_schema, source_table",
                row -> FollowedTable.decode(row.getBytes(1)),
                task);
    }

    void keep(MySqlSession session, Collection<FollowedTable> kept) throws SQLException {
        for (FollowedTable table : kept) {
            session.update(
                    "REPLACE INTO " + shapes + " (task, source_schema, source_table, shape) VALUES (?, ?, ?, ?)",
                    task,
                    table.table().namespace(),
                    table.table().name(),
                    table.encode());
        }
    }

    void forgetAll(MySqlSession session) throws SQLException {
        session.update("DELETE FROM " + shapes + " WHERE task = ?", task);
    }

    void forget(MySqlSession session, Collection<TableId> gone) throws SQLException {
        for (TableId table : gone) {
            session.update(
                    "DELETE FROM " + shapes + " WHERE task = ? AND source_schema = ? AND source_table = ?",
                    task,
                    table.namespace(),
                    table.name());
        }
    }
}
