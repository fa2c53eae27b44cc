package io.millrace.writer.postgres;

import io.millrace.error.ErrorCode;
import io.millrace.error.Finding;
import io.millrace.schema.Column;
import io.millrace.schema.TableId;
import io.millrace.writer.TargetColumn;
import io.millrace.writer.TargetState;
import io.millrace.writer.TargetTable;
import io.millrace.writer.sql.Findings;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** What {@code check} looks at: the server, what we may do there, and each table. Changes nothing. */
final class Preflight {
    /** pg_attribute.attgenerated, which the catalog's questions need. */
    private static final int OLDEST_VERSION = 12_00_00;

    private static final int OLDEST_TESTED_VERSION = 15_00_00;

    private final PostgresSession session;
    private final String controlSchema;
    private final TypeMap types;
    private final Findings findings = new Findings();
    private final Set<String> schemasSeen = new HashSet<>();

    Preflight(PostgresSession session, String controlSchema, TypeMap types) {
        this.session = session;
        this.types = types;
        this.controlSchema = controlSchema;
    }

    List<Finding> check(List<TargetTable> tables, Map<TableId, TargetState> states) throws SQLException {
        checkServer();
        checkControl();
        for (TargetTable table : tables) {
            if (!states.get(table.name()).exists()) {
                checkCanCreateIn(table.name().namespace());
                checkGivenTypes(table);
            }
        }
        return findings.list();
    }

    /** Of a table that is made only a type that the task gives can be too small for some values. */
    private void checkGivenTypes(TargetTable table) {
        for (TargetColumn column : table.columns()) {
            Column source = table.source().columns().get(column.sourceColumn());
            Optional<CatalogColumn> type = GivenType.parse(column.name(), column.sqlType());
            if (type.isPresent()
                    && TypeFit.of(source, type.get()) == TypeFit.LOUD
                    && !types.sqlType(source).equals(column.sqlType())) {
                findings.warning(
                        ErrorCode.TARGET_TABLE_MISMATCH,
                        table.name() + "." + column.name(),
                        "not every value fits the type that the column is given: source=" + source.sourceType()
                                + ", type=" + column.sqlType(),
                        "rows whose value does not fit will be dirty; give it a wider type to be safe");
            }
        }
    }

    private void checkServer() throws SQLException {
        int version = Integer.parseInt(ask("SHOW server_version_num"));
        String subject = "server_version";
        if (version < OLDEST_VERSION) {
            findings.error(ErrorCode.TARGET_FAILED, subject, "the server is too old: version=" + version, "upgrade it");
        } else if (version < OLDEST_TESTED_VERSION) {
            findings.warning(
                    ErrorCode.TARGET_FAILED,
                    subject,
                    "this version should work and is not tested: version=" + version,
                    "PostgreSQL 15 to 18 are tested");
        }
        String encoding = ask("SHOW server_encoding");
        if (!encoding.equals("UTF8")) {
            findings.error(
                    ErrorCode.TARGET_FAILED,
                    "server_encoding",
                    "the database cannot hold every character: encoding=" + encoding,
                    "create the target database with ENCODING 'UTF8'");
        }
        if (ask("SELECT pg_catalog.pg_is_in_recovery()").equals("t")) {
            findings.error(
                    ErrorCode.TARGET_FAILED,
                    "server",
                    "the server is a standby, which takes no writes",
                    "point the data source at the primary");
        }
        if (ask("SHOW synchronous_commit").equals("off") || ask("SHOW fsync").equals("off")) {
            findings.warning(
                    ErrorCode.TARGET_FAILED,
                    "synchronous_commit, fsync",
                    "a crash of the server can take back what it has confirmed; the source may hold it no longer",
                    "set both to on, at least for this user: ALTER ROLE … SET synchronous_commit = on");
        }
    }

    private void checkControl() throws SQLException {
        if (!exists(controlSchema)) {
            checkCanCreateIn(controlSchema);
            return;
        }
        for (String name : List.of("checkpoint", "load_ledger", "structure")) {
            TableId table = new TableId(controlSchema, name);
            var found = Catalog.table(session.connection(), table);
            if (found.isEmpty()) {
                checkCanCreateIn(controlSchema);
            } else {
                TableBarriers.findPrivileges(session, found.get().oid(), table, findings);
            }
        }
    }

    /** Whether tables can be made there, and the schema, where that is missing. */
    private void checkCanCreateIn(String schema) throws SQLException {
        if (!schemasSeen.add(schema)) {
            return;
        }
        if (!exists(schema)) {
            if (ask("SELECT pg_catalog.has_database_privilege(pg_catalog.current_database(), 'CREATE')")
                    .equals("f")) {
                findings.error(
                        ErrorCode.TARGET_PRIVILEGE,
                        schema,
                        "the schema is missing and cannot be created: privilege=CREATE on the database",
                        "GRANT CREATE ON DATABASE … TO CURRENT_USER, or CREATE SCHEMA " + Identifiers.quote(schema)
                                + " AUTHORIZATION the user");
            }
            return;
        }
        for (String privilege : List.of("USAGE", "CREATE")) {
            if (ask("SELECT pg_catalog.has_schema_privilege(?, '" + privilege + "')", schema)
                    .equals("f")) {
                findings.error(
                        ErrorCode.TARGET_PRIVILEGE,
                        schema,
                        "a privilege on the schema is missing: privilege=" + privilege,
                        "GRANT " + privilege + " ON SCHEMA " + Identifiers.quote(schema) + " TO CURRENT_USER");
            }
        }
    }

    private boolean exists(String schema) throws SQLException {
        return Catalog.schemaExists(session.connection(), schema);
    }

    private String ask(String sql) throws SQLException {
        try (Statement statement = session.connection().createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            rows.next();
            return rows.getString(1);
        }
    }

    private String ask(String sql, String parameter) throws SQLException {
        try (PreparedStatement statement = session.connection().prepareStatement(sql)) {
            statement.setString(1, parameter);
            try (ResultSet rows = statement.executeQuery()) {
                rows.next();
                return rows.getString(1);
            }
        }
    }
}
