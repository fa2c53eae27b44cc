package io.millrace.writer.postgres.check;

import io.millrace.error.ErrorCode;
import io.millrace.error.Findings;
import io.millrace.schema.Column;
import io.millrace.schema.TableId;
import io.millrace.writer.TargetColumn;
import io.millrace.writer.TargetTable;
import io.millrace.writer.postgres.catalog.Catalog;
import io.millrace.writer.postgres.catalog.CatalogColumn;
import io.millrace.writer.postgres.catalog.CatalogTable;
import io.millrace.writer.postgres.catalog.TableBarriers;
import io.millrace.writer.postgres.connection.Identifiers;
import io.millrace.writer.postgres.connection.PostgresSession;
import io.millrace.writer.postgres.type.GivenType;
import io.millrace.writer.postgres.type.TypeFit;
import io.millrace.writer.postgres.type.TypeMap;
import io.millrace.writer.sql.SqlPreflight;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Optional;

/** What {@code check} looks at on PostgreSQL. */
public final class Preflight extends SqlPreflight {
    /** pg_attribute.attgenerated, which the catalog's questions need. */
    private static final int OLDEST_VERSION = 12_00_00;

    private static final int OLDEST_TESTED_VERSION = 15_00_00;

    private final PostgresSession session;
    private final TypeMap types;
    private final Findings findings = findings();

    public Preflight(PostgresSession session, String controlSchema, TypeMap types) {
        super(controlSchema);
        this.session = session;
        this.types = types;
    }

    @Override
    protected void checkServer() throws SQLException {
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

    /** Names of tables differ by case, too. */
    @Override
    protected void checkTogether(List<TargetTable> tables) {}

    @Override
    protected void checkNew(TargetTable table) {}

    @Override
    protected boolean isGivenTooSmall(TargetTable table, TargetColumn column, Column source) {
        Optional<CatalogColumn> type = GivenType.parse(column.name(), column.sqlType());
        return type.isPresent()
                && TypeFit.of(source, type.get()) == TypeFit.LOUD
                && !types.sqlType(source).equals(column.sqlType());
    }

    @Override
    protected boolean checkPrivileges(TableId table) throws SQLException {
        Optional<CatalogTable> found = Catalog.table(session.connection(), table);
        if (found.isPresent()) {
            TableBarriers.findPrivileges(session, found.get().oid(), table, findings);
        }
        return found.isPresent();
    }

    @Override
    protected void checkCreating(String schema) throws SQLException {
        if (!schemaExists(schema)) {
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

    @Override
    protected boolean schemaExists(String schema) throws SQLException {
        return session.schemaExists(schema);
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
