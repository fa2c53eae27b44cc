package io.millrace.writer.mysql.control;

import io.millrace.schema.TableId;
import io.millrace.writer.TargetSettings;
import io.millrace.writer.mysql.catalog.Catalog;
import io.millrace.writer.mysql.connection.Dialect;
import io.millrace.writer.mysql.connection.Identifiers;
import io.millrace.writer.mysql.connection.MySqlSession;
import io.millrace.writer.mysql.structure.StructureLedger;
import io.millrace.writer.sql.ControlDialect;
import java.sql.SQLException;
import java.util.Collection;
import java.util.List;

/** The control schema at MySQL and MariaDB, where keys and locks of rows decide between processes, and each DDL commits by itself. */
public final class MySqlControl implements ControlDialect<MySqlSession> {
    private final String schema;
    private final String task;
    private final Dialect dialect;

    public MySqlControl(TargetSettings settings, Dialect dialect) {
        schema = settings.controlSchema();
        task = settings.taskName();
        this.dialect = dialect;
    }

    @Override
    public String task() {
        return task;
    }

    @Override
    public MySqlCheckpoints checkpoints() {
        return new MySqlCheckpoints(schema, task, dialect);
    }

    @Override
    public MySqlLoadLedger loads() {
        return new MySqlLoadLedger(schema, task, dialect);
    }

    @Override
    public MySqlStatementLedger statements() {
        return new MySqlStatementLedger(schema, task, dialect);
    }

    @Override
    public String createStructure() {
        return new StructureLedger(schema, task, dialect).create();
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
    public boolean exists(MySqlSession session, String name) throws SQLException {
        return Catalog.exists(session, schema, name);
    }

    @Override
    public void make(MySqlSession session, List<String> statements) throws SQLException {
        Catalog.createSchema(session, schema);
        for (String sql : statements) {
            session.execute(sql);
        }
    }

    @Override
    public void serialise(MySqlSession session) {
        // The rows that are read first are locked, and new ones have a key.
    }

    @Override
    public void empty(MySqlSession session, Collection<TableId> tables) throws SQLException {
        StandingRows.empty(session, tables);
    }
}
