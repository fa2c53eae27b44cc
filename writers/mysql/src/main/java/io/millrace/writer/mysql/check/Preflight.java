package io.millrace.writer.mysql.check;

import io.millrace.error.ErrorCode;
import io.millrace.error.Findings;
import io.millrace.schema.Column;
import io.millrace.schema.TableId;
import io.millrace.writer.TargetColumn;
import io.millrace.writer.TargetTable;
import io.millrace.writer.mysql.catalog.Catalog;
import io.millrace.writer.mysql.catalog.CatalogTable;
import io.millrace.writer.mysql.catalog.Grants;
import io.millrace.writer.mysql.catalog.TableBarriers;
import io.millrace.writer.mysql.connection.Dialect;
import io.millrace.writer.mysql.connection.Identifiers;
import io.millrace.writer.mysql.connection.MySqlSession;
import io.millrace.writer.mysql.type.GivenType;
import io.millrace.writer.mysql.type.TypeFit;
import io.millrace.writer.mysql.type.TypeMap;
import io.millrace.writer.sql.SqlPreflight;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What {@code check} looks at on MySQL and MariaDB. */
public final class Preflight extends SqlPreflight {
    private static final Pattern COLLATION = Pattern.compile(".* COLLATE ([a-z0-9_]+)");
    private static final Set<String> TESTED = Set.of("8.0", "9.7", "10.11", "11.4");

    private final MySqlSession session;
    private final TypeMap types;
    private final Findings findings = findings();
    private final Set<String> collationsSeen = new HashSet<>();
    private Grants grants;

    public Preflight(MySqlSession session, Dialect dialect, String controlSchema) {
        super(controlSchema);
        this.session = session;
        types = new TypeMap(dialect);
    }

    @Override
    protected void checkServer() throws SQLException {
        String[] parts = session.version().split("\\.");
        String version = parts[0] + "." + parts[1];
        if (!TESTED.contains(version)) {
            findings.warning(
                    ErrorCode.TARGET_FAILED,
                    "version",
                    "this version should work and is not tested: version=" + session.version(),
                    "MySQL 8.0 and 9.7, MariaDB 10.11 and 11.4 are tested");
        }
        if (!is("read_only", "OFF")) {
            findings.error(
                    ErrorCode.TARGET_FAILED,
                    "read_only",
                    "the server takes no writes",
                    "point the data source at the primary, or SET GLOBAL read_only = OFF");
        }
        if (!is("innodb_flush_log_at_trx_commit", "1")) {
            findings.warning(
                    ErrorCode.TARGET_FAILED,
                    "innodb_flush_log_at_trx_commit",
                    "a crash of the server can take back what it has confirmed; the source may hold it no longer",
                    "SET GLOBAL innodb_flush_log_at_trx_commit = 1");
        }
        if (is("log_bin", "ON") && is("binlog_format", "STATEMENT")) {
            findings.error(
                    ErrorCode.TARGET_FAILED,
                    "binlog_format",
                    "the server cannot write our transactions to its binlog: binlog_format=STATEMENT",
                    "SET GLOBAL binlog_format = 'ROW'");
        }
        if (is("explicit_defaults_for_timestamp", "OFF")) {
            findings.error(
                    ErrorCode.TARGET_FAILED,
                    "explicit_defaults_for_timestamp",
                    "the server sets timestamps by itself: explicit_defaults_for_timestamp=OFF",
                    "SET GLOBAL explicit_defaults_for_timestamp = ON");
        }
        if (is("local_infile", "OFF")) {
            findings.warning(
                    ErrorCode.TARGET_FAILED,
                    "local_infile",
                    "new rows go by INSERT, which takes longer than LOAD DATA: local_infile=OFF",
                    "SET GLOBAL local_infile = ON");
        }
    }

    /** Not by its name in a query: a variable that a server no longer has is no error. */
    private boolean is(String variable, String value) throws SQLException {
        return session.rows("SHOW GLOBAL VARIABLES WHERE Variable_name = ?", row -> row.getString(2), variable)
                .contains(value);
    }

    /** Where names of tables know no case, two that differ by that alone would be one table. */
    @Override
    protected void checkTogether(List<TargetTable> tables) throws SQLException {
        if (is("lower_case_table_names", "0")) {
            return;
        }
        Map<String, TargetTable> seen = new HashMap<>();
        for (TargetTable table : tables) {
            TargetTable other = seen.putIfAbsent(table.name().toString().toLowerCase(Locale.ROOT), table);
            if (other != null) {
                findings.error(
                        ErrorCode.TABLES_COLLIDE,
                        table.source().table().toString(),
                        "two tables have names that differ by case alone, which names of this target do not know: target="
                                + other.name() + ", source=" + other.source().table() + ", target=" + table.name()
                                + ", source=" + table.source().table(),
                        "give one of them another name, or exclude it; the server has lower_case_table_names 1 or 2");
            }
        }
    }

    @Override
    protected boolean schemaExists(String schema) throws SQLException {
        return Catalog.schemaExists(session, schema);
    }

    @Override
    protected boolean checkPrivileges(TableId table) throws SQLException {
        Optional<CatalogTable> found = Catalog.table(session, table);
        if (found.isPresent()) {
            TableBarriers.findPrivileges(session, table, found.get(), findings);
        }
        return found.isPresent();
    }

    /** A privilege on a database is one to make it, too. */
    @Override
    protected void checkCreating(String schema) throws SQLException {
        if (grants == null) {
            grants = Grants.of(session);
        }
        if (!grants.mayCreateIn(schema)) {
            findings.error(
                    ErrorCode.TARGET_PRIVILEGE,
                    schema,
                    "tables cannot be made there: privilege=CREATE",
                    "GRANT CREATE, ALTER, INDEX, REFERENCES, SELECT, INSERT, UPDATE, DELETE ON "
                            + Identifiers.quote(schema) + ".* TO CURRENT_USER");
        }
    }

    /** A source may sort by rules that this server does not know. */
    @Override
    protected void checkNew(TargetTable table) throws SQLException {
        for (TargetColumn column : table.columns()) {
            Matcher named = COLLATION.matcher(column.sqlType());
            if (named.matches() && collationsSeen.add(named.group(1)) && !isKnown(named.group(1))) {
                findings.error(
                        ErrorCode.TARGET_TABLE_MISMATCH,
                        table.name() + "." + column.name(),
                        "the target does not know the source's collation: collation=" + named.group(1),
                        "create the table at the target by hand, with a collation that compares alike");
            }
        }
    }

    private boolean isKnown(String collation) throws SQLException {
        return !session.rows("SHOW COLLATION WHERE `Collation` = ?", row -> row.getString(1), collation)
                .isEmpty();
    }

    @Override
    protected boolean isGivenTooSmall(TargetTable table, TargetColumn column, Column source) {
        boolean isKey = table.key().contains(table.columns().indexOf(column));
        if (types.sqlType(source, isKey).equals(column.sqlType())) {
            return false;
        }
        String given = column.sqlType().replaceAll(" COLLATE .*", "");
        return GivenType.parse(column.name(), given, types.collation(source))
                .filter(type -> TypeFit.of(source, type) == TypeFit.LOUD)
                .isPresent();
    }
}
