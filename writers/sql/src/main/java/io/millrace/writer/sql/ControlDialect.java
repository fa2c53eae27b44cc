package io.millrace.writer.sql;

import io.millrace.schema.TableId;
import java.sql.SQLException;
import java.util.Collection;
import java.util.List;

/** What the control schema of a task is made and asked by, as far as servers differ in it. */
public interface ControlDialect<S extends SqlSession> {
    /** The table of what tables get behind their load. */
    String STRUCTURE = "structure";

    String task();

    Checkpoints<S> checkpoints();

    LoadLedger<S> loads();

    StatementLedger<S> statements();

    /** The statement that makes the table {@link #STRUCTURE} where it is missing. */
    String createStructure();

    /** A table of the control schema, in quotes. */
    String table(String name);

    /** A table in quotes. */
    String quote(TableId table);

    /** Whether the control schema has the table. */
    boolean exists(S session, String name) throws SQLException;

    /** Makes the control schema where it is missing, and runs statements that make its tables. */
    void make(S session, List<String> statements) throws SQLException;

    /** Keeps other processes from the task's rows until the transaction ends, where locks of rows do not. */
    void serialise(S session) throws SQLException;

    /** Removes all rows of target tables, in the open transaction. */
    void empty(S session, Collection<TableId> tables) throws SQLException;
}
