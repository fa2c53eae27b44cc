package io.millrace.reader.mysql;

import io.millrace.error.ErrorCode;
import io.millrace.error.MillraceException;
import io.millrace.reader.ChangeRequest;
import io.millrace.reader.TableDetails;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** What the server never logs: databases that are filtered out, changes that it replicates itself; and who else reads it. */
final class TopologyCheck {
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

    private void checkReplica() {
        boolean isReplica = firstKnown(
                        sql -> Optional.of(!session.rows(sql, row -> sql).isEmpty()),
                        variables.isMariaDb() ? "SHOW ALL SLAVES STATUS" : "SHOW REPLICA STATUS",
                        "SHOW SLAVE STATUS")
                .orElse(false);
        if (!isReplica) {
            return;
        }
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
            findings.error(
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
