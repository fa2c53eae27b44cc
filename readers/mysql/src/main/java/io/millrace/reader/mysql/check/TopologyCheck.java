package io.millrace.reader.mysql.check;

import io.millrace.error.ErrorCode;
import io.millrace.error.Findings;
import io.millrace.error.MillraceException;
import io.millrace.reader.ChangeRequest;
import io.millrace.reader.TableDetails;
import io.millrace.reader.mysql.sql.ServerVariables;
import io.millrace.reader.mysql.sql.SqlSession;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** What the server never logs: databases that are filtered out, changes that it replicates itself; and who else reads it. */
final class TopologyCheck {
    private static final List<String> REPLICA_FILTERS = List.of(
            "replicate_do_db",
            "replicate_ignore_db",
            "replicate_do_table",
            "replicate_ignore_table",
            "replicate_wild_do_table",
            "replicate_wild_ignore_table");

    private final SqlSession session;
    private final ServerVariables variables;
    private final Findings findings;

    TopologyCheck(SqlSession session, ServerVariables variables, Findings findings) {
        this.session = session;
        this.variables = variables;
        this.findings = findings;
    }

    void check(List<TableDetails> tables, ChangeRequest request) {
        if (!variables.writesBinlog()) {
            return;
        }
        checkFilters(tables.stream()
                .map(table -> table.schema().table().namespace())
                .collect(Collectors.toCollection(TreeSet::new)));
        checkReplica();
        checkSessions();
        checkServerId(request.serverId());
        checkPrepared();
    }

    private record Filters(Set<String> only, Set<String> ignored) {}

    private void checkFilters(Set<String> databases) {
        Optional<Filters> filters = firstKnown(
                sql -> session.row(sql, row -> new Filters(names(row.getString(3)), names(row.getString(4)))),
                "SHOW BINARY LOG STATUS",
                "SHOW MASTER STATUS");
        if (filters.isEmpty()) {
            return;
        }
        for (String database : databases) {
            boolean isLeftOut =
                    !filters.get().only().isEmpty() && !filters.get().only().contains(database);
            boolean isIgnored = filters.get().ignored().contains(database);
            if (isLeftOut || isIgnored) {
                String option = isLeftOut ? "binlog_do_db" : "binlog_ignore_db";
                findings.error(
                        ErrorCode.SOURCE_SETTING,
                        option,
                        "changes of the database are not in the binlog: database=" + database + ", option=" + option,
                        "remove " + option
                                + " from the server's configuration and restart it, or exclude the database");
            }
        }
    }

    private static Set<String> names(String list) {
        return list == null || list.isEmpty()
                ? Set.of()
                : Arrays.stream(list.split(",", -1)).map(String::strip).collect(Collectors.toSet());
    }

    /** Sessions that do not log what they write, or log it otherwise: as far as the server shows the variables of others. */
    private void checkSessions() {
        if (variables.isMariaDb()) {
            return; // it shows no session's variables to others
        }
        firstKnown(
                        sql -> Optional.of(session.rows(
                                sql, row -> new String[] {row.getString(1), row.getString(2), row.getString(3)})),
                        "SELECT v.VARIABLE_NAME, v.VARIABLE_VALUE, COUNT(*)"
                                + " FROM performance_schema.variables_by_thread v"
                                + " WHERE (v.VARIABLE_NAME = 'sql_log_bin' AND v.VARIABLE_VALUE = 'OFF')"
                                + " OR (v.VARIABLE_NAME = 'binlog_format' AND v.VARIABLE_VALUE <> 'ROW')"
                                + " GROUP BY v.VARIABLE_NAME, v.VARIABLE_VALUE")
                .ifPresent(found -> found.forEach(this::warnOfSession));
    }

    private void warnOfSession(String[] found) {
        boolean isSilent = found[0].equals("sql_log_bin");
        findings.warning(
                ErrorCode.SOURCE_SETTING,
                found[0],
                (isSilent
                                ? "sessions are connected whose changes are in no binlog"
                                : "sessions are connected whose changes are logged as statements, which stop the task")
                        + ": " + found[0] + "=" + found[1] + ", sessions=" + found[2],
                isSilent
                        ? "end them, or have them SET sql_log_bin = ON; load again the tables that they changed"
                        : "have them connect again, or SET binlog_format = 'ROW'");
    }

    /** A node of a cluster gets the others' changes as a replica does. */
    private void checkCluster() {
        if (variables.isOn("wsrep_on") && !variables.isOn("log_slave_updates")) {
            findings.error(
                    ErrorCode.SOURCE_SETTING,
                    "log_slave_updates",
                    "server is a node of a Galera cluster and does not log what the other nodes write:"
                            + " log_slave_updates=OFF",
                    "start the server with log_slave_updates=ON");
        }
    }

    private void checkReplicaFilters() {
        for (String name : REPLICA_FILTERS) {
            if (!variables.value(name).isEmpty()) {
                findings.info(
                        ErrorCode.SOURCE_SETTING,
                        name,
                        "server does not replicate everything from its own source, so it lacks it too: " + name + "="
                                + variables.value(name),
                        "nothing to do where this server's rows are what is wanted; else read its source");
            }
        }
    }

    private void checkReplica() {
        checkCluster();
        boolean isReplica = firstKnown(
                        sql -> Optional.of(!session.rows(sql, row -> sql).isEmpty()),
                        variables.isMariaDb() ? "SHOW ALL SLAVES STATUS" : "SHOW REPLICA STATUS",
                        "SHOW SLAVE STATUS")
                .orElse(false);
        if (!isReplica) {
            return;
        }
        checkReplicaFilters();
        String name = variables.find("log_replica_updates").isPresent() ? "log_replica_updates" : "log_slave_updates";
        if (!variables.isOn(name)) {
            findings.error(
                    ErrorCode.SOURCE_SETTING,
                    name,
                    "server is a replica and does not log what it replicates: " + name + "=OFF",
                    "start the server with " + name + "=ON, or read its source instead");
        }
        if (variables.isMariaDb() && !variables.isOn("gtid_strict_mode")) {
            findings.warning(
                    ErrorCode.SOURCE_SETTING,
                    "gtid_strict_mode",
                    "a replica may log the GTIDs of a domain out of order, and positions rely on their order:"
                            + " gtid_strict_mode=OFF",
                    "SET GLOBAL gtid_strict_mode = ON");
        }
    }

    /** A warning: it may be our own last connection, which the server has not given up yet. */
    private void checkServerId(long serverId) {
        boolean isServers = variables.number("server_id", 0) == serverId;
        boolean isTaken = isServers
                || firstKnown(
                                sql -> Optional.of(
                                        session.rows(sql, row -> row.getLong(1)).contains(serverId)),
                                "SHOW REPLICAS",
                                "SHOW SLAVE HOSTS")
                        .orElse(false);
        if (isTaken) {
            findings.warning(
                    ErrorCode.SOURCE_SERVER_ID_TAKEN,
                    "server_id",
                    "another reader of this server has our server_id, unless it is this task's own last run: server_id="
                            + serverId,
                    "set source.server_id of the task to a number that no server and no reader has");
        }
    }

    private void checkPrepared() {
        int prepared = firstKnown(
                        sql -> Optional.of(
                                session.rows(sql, row -> row.getLong(1)).size()),
                        "XA RECOVER")
                .orElse(0);
        if (prepared > 0) {
            findings.warning( // of no weight to a task that has loaded; a load is refused where it takes its position
                    ErrorCode.SOURCE_SETTING,
                    "XA RECOVER",
                    "prepared XA transactions stand open, and a load cannot begin before them: count=" + prepared,
                    "end each with XA COMMIT or XA ROLLBACK");
        }
    }

    private interface Question<T> {
        Optional<T> ask(String sql);
    }

    /** The answer to the first statement that the server knows and allows; what is denied is another check's to say. */
    private static <T> Optional<T> firstKnown(Question<T> question, String... statements) {
        for (String sql : statements) {
            try {
                return question.ask(sql);
            } catch (MillraceException e) {
                if (e.code() != ErrorCode.SOURCE_PRIVILEGE && e.code() != ErrorCode.SOURCE_PROTOCOL) {
                    throw e;
                }
            }
        }
        return Optional.empty();
    }
}
