package io.millrace.reader.mysql;

import com.github.shyiko.mysql.binlog.network.protocol.command.Command;
import com.github.shyiko.mysql.binlog.network.protocol.command.DumpBinaryLogCommand;
import io.millrace.datasource.DataSource;
import io.millrace.error.ErrorCode;
import io.millrace.error.MillraceException;
import io.millrace.position.BinlogPosition;
import io.millrace.position.MariaDbGtids;
import io.millrace.position.MySqlGtids;
import io.millrace.position.SourcePosition;
import io.millrace.position.TransactionId;
import io.millrace.reader.mysql.connection.BinlogSession;
import io.millrace.reader.mysql.connection.DumpGtidCommand;
import io.millrace.reader.mysql.event.AnnotatedStatement;
import io.millrace.reader.mysql.sql.MariaDbBinlogState;
import io.millrace.wal.ChainSink;
import io.millrace.wal.ChangeSink;

/**
 * Decides on each connect what to ask the server for: everything behind the sink's position, and the last transaction of the
 * position once more, to be compared. Where the server lacks what it takes, it says which: never a silent gap.
 *
 * <p>Confined to the stream's thread.
 */
final class BinlogStart {
    private static final long FIRST_EVENT_OFFSET = 4;
    private static final long OFFSET_LIMIT = 0xFFFF_FFFFL;

    private final BinlogSession session;
    private final ChangeSink sink;
    private final long serverId;
    private final SourceClock clock;
    private final PurgedBinlog purge;

    /** What to send, and what the stream's first stretch is. */
    record Plan(Command command, BinlogResume resume) {}

    BinlogStart(BinlogSession session, DataSource dataSource, ChangeSink sink, long serverId, SourceClock clock) {
        this.session = session;
        this.sink = sink;
        this.serverId = serverId;
        this.clock = clock;
        purge = new PurgedBinlog(session, dataSource);
    }

    Plan plan() {
        SourcePosition position = sink.position();
        if (position instanceof MySqlGtids gtids && gtids.isEmpty() && session.isMariaDb()) {
            sink.heartbeat(MariaDbGtids.EMPTY, clock.nowMicros()); // the empty position has one text for both products
            return fromMariaDbGtids(MariaDbGtids.EMPTY);
        }
        if (position instanceof MySqlGtids gtids) {
            requireProduct(false, position);
            return fromMySqlGtids(gtids);
        }
        if (position instanceof MariaDbGtids gtids) {
            requireProduct(true, position);
            return fromMariaDbGtids(gtids);
        }
        BinlogPosition file = (BinlogPosition) position;
        if (session.isMariaDb()) {
            return fromMariaDbFile(file);
        }
        return isGtidModeOn() ? fromFileOfGtids(file) : fromFile(file);
    }

    private void requireProduct(boolean isMariaDb, SourcePosition position) {
        if (session.isMariaDb() != isMariaDb) {
            throw new MillraceException(
                    ErrorCode.SOURCE_IDENTITY,
                    "position is of another product: position=" + position.text() + ", server=" + session.version());
        }
    }

    private boolean isGtidModeOn() {
        return "ON".equals(session.value("SELECT @@global.gtid_mode"));
    }

    private Plan fromMySqlGtids(MySqlGtids position) {
        if (!isGtidModeOn()) {
            throw new MillraceException(
                    ErrorCode.SOURCE_SETTING,
                    "server has no GTIDs: required=gtid_mode ON, position=" + position.text());
        }
        MySqlGtids executed = MySqlGtids.parse(session.value("SELECT @@global.gtid_executed"));
        if (!executed.containsAll(position)) {
            throw new MillraceException(
                    ErrorCode.SOURCE_IDENTITY,
                    "server lacks transactions that were read: missing="
                            + position.minus(executed).text());
        }
        MySqlGtids purged = MySqlGtids.parse(session.value("SELECT @@global.gtid_purged"));
        MySqlGtids held = withPrepared(position);
        if (!held.containsAll(purged)) {
            throw purge.error("missing=" + purged.minus(held).text());
        }
        TransactionId last = sink.lastTransaction();
        if (last.kind != TransactionId.KIND_MYSQL || !position.contains(last) || purged.contains(last)) {
            return new Plan(new DumpGtidCommand(serverId, held), BinlogResume.plain(sink, clock));
        }
        MySqlGtids withoutLast = held.minus(MySqlGtids.EMPTY.plus(last));
        return new Plan(new DumpGtidCommand(serverId, withoutLast), BinlogResume.proving(sink, last, clock));
    }

    /** What is prepared is in the log, although no position contains it (EXACTNESS 11): it need not be sent again. */
    private MySqlGtids withPrepared(MySqlGtids position) {
        MySqlGtids held = position;
        for (ChainSink.Prepared prepared : sink.prepared()) {
            held = held.plus(prepared.transaction());
        }
        return held;
    }

    /** The place from which everything comes that is neither in the position nor prepared in the log. */
    private MariaDbGtids asked(MariaDbGtids position) {
        MariaDbGtids released = position;
        for (ChainSink.Prepared prepared : sink.prepared()) {
            released = released.released(prepared.transaction());
        }
        return released.beforeHeld();
    }

    private Plan fromMariaDbGtids(MariaDbGtids from) {
        MariaDbGtids position = asked(from);
        boolean hasLost = !position.set().equals(from.set());
        requireHistory(from);
        purge.requireAll(position);
        TransactionId last = sink.lastTransaction();
        boolean canProve = last.kind == TransactionId.KIND_MARIADB && last.number > 1 && isLastOfDomain(position, last);
        session.execute("SET @mariadb_slave_capability=4");
        session.execute("SET @slave_connect_state='" + (canProve ? before(position, last) : position.set()) + "'");
        // Strict would refuse the number before the last one's, which another server may have issued.
        session.execute("SET @slave_gtid_strict_mode=" + (canProve || hasLost ? 0 : 1));
        session.execute("SET @slave_gtid_ignore_duplicates=0");
        return new Plan(
                new DumpBinaryLogCommand(serverId, "", FIRST_EVENT_OFFSET, leavesColumnsOut()),
                canProve ? BinlogResume.proving(sink, last, clock) : BinlogResume.plain(sink, clock));
    }

    /** Whether the statements behind the rows are needed: see {@link AnnotatedStatement}. */
    private boolean leavesColumnsOut() {
        return !"FULL".equalsIgnoreCase(session.value("SELECT @@global.binlog_row_image"));
    }

    /** A number alone says nothing: another server may have gone on from the same place with transactions of its own. */
    private void requireHistory(MariaDbGtids position) {
        if (position.set().isEmpty()) {
            return;
        }
        String state = session.value("SELECT @@GLOBAL.gtid_binlog_state");
        if (state == null || !MariaDbBinlogState.parse(state).holds(position)) {
            throw new MillraceException(
                    ErrorCode.SOURCE_IDENTITY,
                    "server lacks transactions that were read: position=" + position.text() + ", server=gtid:" + state);
        }
    }

    private static String name(TransactionId id, long number) {
        return Integer.toUnsignedString(id.domain) + "-" + id.serverLow + "-" + Long.toUnsignedString(number);
    }

    private static boolean isLastOfDomain(MariaDbGtids position, TransactionId last) {
        for (String gtid : position.set().split(",")) {
            if (gtid.equals(name(last, last.number))) {
                return true;
            }
        }
        return false;
    }

    /** The position, but in the last transaction's domain the number before it. */
    private static String before(MariaDbGtids position, TransactionId last) {
        StringBuilder state = new StringBuilder();
        for (String gtid : position.set().split(",")) {
            boolean isLast = gtid.equals(name(last, last.number));
            state.append(state.isEmpty() ? "" : ",").append(isLast ? name(last, last.number - 1) : gtid);
        }
        return state.toString();
    }

    private Plan fromMariaDbFile(BinlogPosition position) {
        purge.requireFile(position);
        String set = session.value("SELECT BINLOG_GTID_POS('" + position.file() + "', " + position.offset() + ")");
        if (set == null) {
            throw new MillraceException(
                    ErrorCode.SOURCE_POSITION_PURGED,
                    "server has no such place in its binlog: start=" + position.text());
        }
        sink.heartbeat(MariaDbGtids.parse(set), clock.nowMicros());
        return fromMariaDbGtids(MariaDbGtids.parse(set));
    }

    private Plan fromFileOfGtids(BinlogPosition position) {
        purge.requireFile(position);
        return new Plan(
                new DumpBinaryLogCommand(serverId, position.file(), FIRST_EVENT_OFFSET),
                BinlogResume.resolving(sink, position, clock));
    }

    private Plan fromFile(BinlogPosition position) {
        purge.requireFile(position);
        TransactionId last = sink.lastTransaction();
        boolean canProve = last.kind == TransactionId.KIND_NONE
                && last.number > 0
                && last.fileNumber == position.fileNumber()
                && last.endPosition <= position.offset();
        long offset = canProve ? last.endPosition - last.number : position.offset();
        if (offset > OFFSET_LIMIT) {
            throw new MillraceException(
                    ErrorCode.SOURCE_SETTING,
                    "position is over 4 GiB, which the protocol cannot ask for: required=gtid_mode ON, position="
                            + position.text());
        }
        return new Plan(
                new DumpBinaryLogCommand(serverId, position.file(), offset),
                canProve ? BinlogResume.proving(sink, last, clock) : BinlogResume.plain(sink, clock));
    }
}
