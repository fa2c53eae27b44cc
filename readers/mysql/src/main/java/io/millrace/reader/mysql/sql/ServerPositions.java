package io.millrace.reader.mysql.sql;

import io.millrace.error.ErrorCode;
import io.millrace.error.MillraceException;
import io.millrace.position.BinlogPosition;
import io.millrace.position.MariaDbGtids;
import io.millrace.position.MySqlGtids;
import io.millrace.position.PostgresPosition;
import io.millrace.position.SourcePosition;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Collectors;

/**
 * Asks a server where it stands. Which transactions a snapshot proves to contain differs by server (EXACTNESS 33):
 *
 * <pre>
 * server              watermark of a snapshot                           read
 * MySQL with GTIDs    gtid_executed                                     before the snapshot
 * MySQL without       start of the current binlog file                  before the snapshot
 * MariaDB             binlog_snapshot_file/position → BINLOG_GTID_POS   inside the snapshot
 * </pre>
 *
 * MySQL without GTIDs: a file:position may run ahead of what is visible, but a file is left only when no transaction in it is
 * still to be committed. MariaDB: {@code gtid_binlog_pos} runs ahead likewise. Confined to its session's thread.
 */
public final class ServerPositions {
    /** Where the first event of a binlog file stands. */
    private static final long FIRST_EVENT_OFFSET = 4;

    private static final int ATTEMPTS = 5;
    private static final int EXACT_ATTEMPTS = 20;

    private final SqlSession session;
    private final ServerVariables variables;

    public ServerPositions(SqlSession session, ServerVariables variables) {
        this.session = session;
        this.variables = variables;
    }

    /**
     * Opens a consistent snapshot in the session, which must be one {@linkplain SqlSession#forSnapshots for snapshots}.
     *
     * @return its watermark
     */
    public SourcePosition beginSnapshot() {
        if (variables.isMariaDb()) {
            session.execute("START TRANSACTION WITH CONSISTENT SNAPSHOT");
            return mariaDbSnapshotPosition();
        }
        SourcePosition watermark = variables.hasMySqlGtids() ? executed() : startOfCurrentFile();
        session.execute("START TRANSACTION WITH CONSISTENT SNAPSHOT");
        return watermark;
    }

    /**
     * Opens a snapshot of which the watermark is exact, not only not too large. MariaDB's always is. MySQL has a transaction's rows
     * visible before its GTID is in {@code gtid_executed}; between the two, and from its way into the binlog on, it is in
     * {@code gtid_owned}. So a snapshot is exact if behind it no GTID is owned, and as many are executed as before it: what it shows
     * had a GTID by then, which was in one of the two.
     *
     * @return its watermark; empty where transactions were on their way each time, and no snapshot is open
     */
    public Optional<SourcePosition> beginExactSnapshot() {
        if (variables.isMariaDb()) {
            return Optional.of(beginSnapshot());
        }
        if (!variables.hasMySqlGtids()) {
            throw new MillraceException(
                    ErrorCode.SOURCE_SETTING,
                    "without GTIDs nobody can tell which transactions a snapshot holds, as foreign keys with actions"
                            + " need: setting=gtid_mode, required=ON");
        }
        for (int i = 0; i < EXACT_ATTEMPTS; i++) {
            SourcePosition before = beginSnapshot();
            // In this order: a GTID leaves gtid_owned only for gtid_executed.
            boolean isNoneOwned = session.value("SELECT @@GLOBAL.gtid_owned")
                    .map(String::isBlank)
                    .orElse(true);
            if (isNoneOwned && executed().equals(before)) {
                return Optional.of(before);
            }
            session.execute("ROLLBACK");
        }
        return Optional.empty();
    }

    /** Every transaction before it is visible to all snapshots opened from now on. */
    public SourcePosition load() {
        for (int i = 0; i < ATTEMPTS; i++) {
            long prepares = preparesSoFar();
            requireNothingPrepared();
            SourcePosition position;
            if (variables.isMariaDb()) {
                session.execute("START TRANSACTION WITH CONSISTENT SNAPSHOT");
                position = mariaDbSnapshotPosition();
                session.execute("ROLLBACK");
            } else {
                position = variables.hasMySqlGtids() ? executed() : startOfCurrentFile();
            }
            // Rows of a transaction that was prepared before the position and is committed after it are in no snapshot,
            // and
            // behind the position only its XA COMMIT is left (EXACTNESS 11).
            if (prepares == preparesSoFar()) {
                return position;
            }
        }
        throw new MillraceException(
                ErrorCode.SOURCE_SETTING, "XA transactions are prepared all the time: attempts=" + ATTEMPTS);
    }

    /** Holds everything committed before the call. */
    public SourcePosition committed() {
        if (variables.isMariaDb()) {
            requireBinlog();
            return MariaDbGtids.parse(
                    session.value("SELECT @@GLOBAL.gtid_binlog_pos").orElse(""));
        }
        return variables.hasMySqlGtids() ? executed() : currentFile();
    }

    /** The oldest place from which the server can still send. */
    public SourcePosition earliest() {
        requireBinlog();
        if (variables.hasMySqlGtids()) {
            return mySqlGtids("gtid_purged");
        }
        return at(files().get(0), FIRST_EVENT_OFFSET);
    }

    /** The binlog files that the server still has, the oldest first; never none. */
    public List<String> files() {
        requireBinlog();
        List<String> files = session.rows("SHOW BINARY LOGS", row -> row.getString(1));
        if (files.isEmpty()) {
            throw new MillraceException(ErrorCode.SOURCE_SETTING, "server has no binlog file: setting=log_bin");
        }
        return files;
    }

    /**
     * Bytes of binlog that the server has behind a place; empty where it has no such file, or may not be asked.
     *
     * @param fileNumber its low bits
     */
    public OptionalLong bytesBehind(int fileNumber, long offset, int fileBits) {
        List<BinlogPosition> ends;
        try {
            ends = session.rows("SHOW BINARY LOGS", row -> BinlogPosition.of(row.getString(1), row.getLong(2)));
        } catch (MillraceException e) {
            if (e.code() != ErrorCode.SOURCE_PRIVILEGE) {
                throw e;
            }
            return OptionalLong.empty();
        }
        long bytes = 0;
        for (int i = ends.size() - 1; i >= 0; i--) {
            bytes += ends.get(i).offset();
            if ((ends.get(i).fileNumber() & ((1 << fileBits) - 1)) == fileNumber) {
                return OptionalLong.of(Math.max(0, bytes - offset));
            }
        }
        return OptionalLong.empty();
    }

    /** A place in a file, as this server counts where it has no GTIDs of MySQL's. */
    public SourcePosition at(String file, long offset) {
        return variables.isMariaDb() ? gtidsAt(file, offset) : BinlogPosition.of(file, offset);
    }

    /**
     * Whether the server holds the history up to a position, whoever wrote it: a replica of where the position was read, or that
     * server itself. A place in a file means nothing at another server, and an empty position proves nothing.
     */
    public boolean holds(SourcePosition position) {
        if (position instanceof MySqlGtids gtids && !gtids.isEmpty() && variables.hasMySqlGtids()) {
            return executed().containsAll(gtids);
        }
        return position instanceof MariaDbGtids gtids
                && !gtids.set().isEmpty()
                && variables.isMariaDb()
                && MariaDbBinlogState.parse(session.value("SELECT @@GLOBAL.gtid_binlog_state")
                                .orElse(""))
                        .holds(gtids);
    }

    /** Whether a position has transactions of servers of which this one has none. A server that was set back is another matter. */
    public boolean isOfAnother(SourcePosition position) {
        if (position instanceof MySqlGtids gtids && !gtids.isEmpty()) {
            return variables.isMariaDb()
                    || (variables.hasMySqlGtids()
                            && !executed()
                                    .intervals()
                                    .keySet()
                                    .containsAll(gtids.intervals().keySet()));
        }
        if (position instanceof MariaDbGtids gtids && !gtids.set().isEmpty()) {
            return !variables.isMariaDb()
                    || !MariaDbBinlogState.parse(session.value("SELECT @@GLOBAL.gtid_binlog_state")
                                    .orElse(""))
                            .hasServersOf(gtids);
        }
        return position instanceof PostgresPosition;
    }

    private MySqlGtids executed() {
        requireBinlog();
        return mySqlGtids("gtid_executed");
    }

    private MySqlGtids mySqlGtids(String variable) {
        try {
            return MySqlGtids.parse(session.value("SELECT @@GLOBAL." + variable).orElse(""));
        } catch (IllegalArgumentException e) {
            throw new MillraceException(ErrorCode.SOURCE_PROTOCOL, "GTIDs are not understood: variable=" + variable, e);
        }
    }

    private SourcePosition startOfCurrentFile() {
        return BinlogPosition.of(currentFile().file(), FIRST_EVENT_OFFSET);
    }

    private BinlogPosition currentFile() {
        requireBinlog();
        // MySQL 8.2 and later know only the first statement, older ones only the second.
        Optional<BinlogPosition> status;
        try {
            status = statusBy("SHOW BINARY LOG STATUS");
        } catch (MillraceException e) {
            if (e.code() != ErrorCode.SOURCE_PROTOCOL) {
                throw e;
            }
            status = statusBy("SHOW MASTER STATUS");
        }
        return status.orElseThrow(
                () -> new MillraceException(ErrorCode.SOURCE_SETTING, "server writes no binlog: setting=log_bin"));
    }

    private Optional<BinlogPosition> statusBy(String statement) {
        return session.row(statement, row -> BinlogPosition.of(row.getString(1), row.getLong(2)));
    }

    private MariaDbGtids mariaDbSnapshotPosition() {
        requireBinlog();
        Map<String, String> status = session
                .rows(
                        "SHOW STATUS LIKE 'binlog\\_snapshot\\_%'",
                        row -> new String[] {row.getString(1), row.getString(2)})
                .stream()
                .collect(Collectors.toMap(pair -> pair[0], pair -> pair[1]));
        String file = status.getOrDefault("Binlog_snapshot_file", "");
        if (file.isEmpty()) {
            throw new MillraceException(
                    ErrorCode.SOURCE_PROTOCOL, "snapshot has no binlog position: status=" + status.keySet());
        }
        return gtidsAt(file, Long.parseLong(status.get("Binlog_snapshot_position")));
    }

    private MariaDbGtids gtidsAt(String file, long offset) {
        return session.value("SELECT BINLOG_GTID_POS(" + SqlText.literal(file) + ", " + offset + ")")
                .map(MariaDbGtids::parse)
                .orElseThrow(() -> new MillraceException(
                        ErrorCode.SOURCE_PROTOCOL,
                        "binlog position has no GTIDs: file=" + file + ", position=" + offset));
    }

    private void requireBinlog() {
        if (!variables.writesBinlog()) {
            throw new MillraceException(ErrorCode.SOURCE_SETTING, "server writes no binlog: setting=log_bin");
        }
    }

    private void requireNothingPrepared() {
        int prepared;
        try {
            prepared = session.rows("XA RECOVER", row -> row.getLong(1)).size();
        } catch (MillraceException e) {
            if (e.code() == ErrorCode.SOURCE_PRIVILEGE) {
                // Unseen, such a transaction still cannot pass: the stream stops at an XA COMMIT without its rows.
                return;
            }
            throw e;
        }
        if (prepared > 0) {
            throw new MillraceException(
                    ErrorCode.SOURCE_SETTING,
                    "prepared XA transactions stand open, end them first: statement=XA RECOVER, count=" + prepared);
        }
    }

    private long preparesSoFar() {
        return session.row("SHOW GLOBAL STATUS LIKE 'Com\\_xa\\_prepare'", row -> row.getLong(2))
                .orElse(0L);
    }

    /** Names the server over restarts; see readers/MYSQL.md for what that means on each. */
    public String identity() {
        if (variables.isMariaDb()) {
            return "mariadb:" + variables.value("server_id") + ":" + variables.value("gtid_domain_id");
        }
        return "mysql:" + variables.value("server_uuid");
    }
}
