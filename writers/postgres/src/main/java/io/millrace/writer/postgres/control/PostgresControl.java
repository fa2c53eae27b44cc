package io.millrace.writer.postgres.control;

import io.millrace.schema.TableId;
import io.millrace.writer.TargetSettings;
import io.millrace.writer.postgres.catalog.Catalog;
import io.millrace.writer.postgres.connection.Identifiers;
import io.millrace.writer.postgres.connection.PostgresSession;
import io.millrace.writer.postgres.structure.StructureLedger;
import io.millrace.writer.sql.ControlDialect;
import java.sql.SQLException;
import java.util.Collection;
import java.util.List;

/** The control schema at PostgreSQL, where a lock of our own serialises what processes may do to a task's rows at once. */
public final class PostgresControl implements ControlDialect<PostgresSession> {
    private final String schema;
    private final String task;

    public PostgresControl(TargetSettings settings) {
        schema = settings.controlSchema();
        task = settings.taskName();
    }

    /** What {@link PostgresSession#lock} is told. */
    static String lock(String controlSchema, String task) {
        return controlSchema + " task " + task;
    }

    @Override
    public String task() {
        return task;
    }

    @Override
    public PostgresCheckpoints checkpoints() {
        return new PostgresCheckpoints(schema, task);
    }

    @Override
    public PostgresLoadLedger loads() {
        return new PostgresLoadLedger(schema, task);
    }

    @Override
    public PostgresStatementLedger statements() {
        return new PostgresStatementLedger(schema, task);
    }

    @Override
    public String createStructure() {
        return new StructureLedger(schema, task).create();
    }

    @Override
    public String table(String name) {
        return Identifiers.quote(schema) + "." + name;
    }

    @Override
    public String quote(TableId table) {
        return Identifiers.quote(table);
    }

    @Override
    public boolean exists(PostgresSession session, String name) throws SQLException {
        return Catalog.exists(session.connection(), table(name));
    }

    @Override
    public void make(PostgresSession session, List<String> statements) throws SQLException {
        session.inTransaction(() -> {
            // IF NOT EXISTS looks before it makes: two tasks at once would both see nothing.
            session.createSchema(schema);
            for (String sql : statements) {
                session.execute(sql);
            }
            return null;
        });
    }

    @Override
    public void serialise(PostgresSession session) throws SQLException {
        session.lock(lock(schema, task));
    }

    @Override
    public void empty(PostgresSession session, Collection<TableId> tables) throws SQLException {
        for (String sql : StandingRows.emptying(tables)) {
            session.execute(sql);
        }
    }
}
