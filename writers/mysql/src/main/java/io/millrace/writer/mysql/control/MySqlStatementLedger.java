package io.millrace.writer.mysql.control;

import io.millrace.writer.mysql.connection.Dialect;
import io.millrace.writer.mysql.connection.Identifiers;
import io.millrace.writer.mysql.connection.MySqlSession;
import io.millrace.writer.sql.StatementLedger;
import java.util.List;
import java.util.UUID;

/** Statements of the source and shapes of its tables, as MySQL and MariaDB keep them. */
final class MySqlStatementLedger extends StatementLedger<MySqlSession> {
    private final Dialect dialect;

    MySqlStatementLedger(String controlSchema, String task, Dialect dialect) {
        super(
                Identifiers.quote(controlSchema) + "." + NAME,
                Identifiers.quote(controlSchema) + "." + SHAPES,
                Identifiers.quote(controlSchema) + "." + LEFT,
                task);
        this.dialect = dialect;
    }

    @Override
    public List<String> create() {
        String tail = " ENGINE=InnoDB DEFAULT COLLATE=" + dialect.binaryCollation();
        return List.of(
                "CREATE TABLE IF NOT EXISTS " + statements() + " (task varchar(128) NOT NULL, ordinal bigint NOT NULL,"
                        + " place text NOT NULL, verb text NOT NULL, tables text NOT NULL, policy varchar(64) NOT NULL,"
                        + " outcome varchar(16) NOT NULL, log_id char(36) CHARACTER SET ascii NOT NULL,"
                        + " log_index bigint NOT NULL, source_position longtext NOT NULL,"
                        + " rows_into_transaction bigint NOT NULL, number int NOT NULL, statement longtext NOT NULL,"
                        + " event longblob NOT NULL, outlines longtext NOT NULL,"
                        + " noted_at timestamp(6) NOT NULL DEFAULT CURRENT_TIMESTAMP(6), ended_at timestamp(6) NULL,"
                        + " PRIMARY KEY (task, ordinal))" + tail,
                "CREATE TABLE IF NOT EXISTS " + shapes() + " (task varchar(128) NOT NULL,"
                        + " source_schema varchar(64) NOT NULL, source_table varchar(64) NOT NULL,"
                        + " shape longblob NOT NULL, PRIMARY KEY (task, source_schema, source_table))" + tail,
                "CREATE TABLE IF NOT EXISTS " + left() + " (task varchar(128) NOT NULL,"
                        + " source_schema varchar(64) NOT NULL, source_table varchar(64) NOT NULL,"
                        + " target_schema varchar(64) NOT NULL, target_table varchar(64) NOT NULL,"
                        + " PRIMARY KEY (task, source_schema, source_table, target_schema, target_table))" + tail);
    }

    @Override
    protected String now() {
        return "CURRENT_TIMESTAMP(6)";
    }

    @Override
    protected Object parameter(UUID id) {
        return id.toString();
    }

    @Override
    protected String storable(String text) {
        return text;
    }

    @Override
    protected String keeping() {
        return "REPLACE INTO " + shapes() + " (task, source_schema, source_table, shape) VALUES (?, ?, ?, ?)";
    }
}
