package io.millrace.writer.sql;

import io.millrace.error.ErrorCode;
import io.millrace.error.Finding;
import io.millrace.error.Findings;
import io.millrace.schema.Column;
import io.millrace.schema.TableId;
import io.millrace.writer.TargetColumn;
import io.millrace.writer.TargetState;
import io.millrace.writer.TargetTable;
import java.sql.SQLException;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What {@code check} looks at: the server, what we may do there, and each table that is to be made. Changes nothing. Used once. */
public abstract class SqlPreflight {
    private static final List<String> CONTROL_TABLES = List.of(Checkpoints.NAME, LoadLedger.NAME, "structure");

    private final String controlSchema;
    private final Findings findings = new Findings();
    private final Set<String> schemasSeen = new HashSet<>();

    protected SqlPreflight(String controlSchema) {
        this.controlSchema = controlSchema;
    }

    // ---- what a server says of itself

    /** Its version, and settings that change what we write, or lose it. */
    protected abstract void checkServer() throws SQLException;

    /** What keeps tables from being there together. */
    protected abstract void checkTogether(List<TargetTable> tables) throws SQLException;

    /** What a table that is to be made asks of the server. */
    protected abstract void checkNew(TargetTable table) throws SQLException;

    protected abstract boolean schemaExists(String schema) throws SQLException;

    /** Whether tables can be made there, and the schema, where that is missing. */
    protected abstract void checkCreating(String schema) throws SQLException;

    /** Tells of privileges that are missing on a table of ours. Returns whether it is there. */
    protected abstract boolean checkPrivileges(TableId table) throws SQLException;

    /** Whether the task gave a column its type, and some value is refused by that. */
    protected abstract boolean isGivenTooSmall(TargetTable table, TargetColumn column, Column source);

    protected final Findings findings() {
        return findings;
    }

    // ---- the check

    public final List<Finding> check(List<TargetTable> tables, Map<TableId, TargetState> states) throws SQLException {
        checkServer();
        checkControl();
        checkTogether(tables);
        for (TargetTable table : tables) {
            if (!states.get(table.name()).exists()) {
                checkOnce(table.name().namespace());
                checkNew(table);
                checkGivenTypes(table);
            }
        }
        return findings.list();
    }

    private void checkControl() throws SQLException {
        if (!schemaExists(controlSchema)) {
            checkOnce(controlSchema);
            return;
        }
        for (String name : CONTROL_TABLES) {
            if (!checkPrivileges(new TableId(controlSchema, name))) {
                checkOnce(controlSchema);
            }
        }
    }

    private void checkOnce(String schema) throws SQLException {
        if (schemasSeen.add(schema)) {
            checkCreating(schema);
        }
    }

    /** Of a table that is made only a type that the task gives can be too small for some values. */
    private void checkGivenTypes(TargetTable table) {
        for (TargetColumn column : table.columns()) {
            Column source = table.source().columns().get(column.sourceColumn());
            if (isGivenTooSmall(table, column, source)) {
                findings.warning(
                        ErrorCode.TARGET_TABLE_MISMATCH,
                        table.name() + "." + column.name(),
                        "not every value fits the type that the column is given: source=" + source.sourceType()
                                + ", type=" + column.sqlType(),
                        "rows whose value does not fit will be dirty; give it a wider type to be safe");
            }
        }
    }
}
