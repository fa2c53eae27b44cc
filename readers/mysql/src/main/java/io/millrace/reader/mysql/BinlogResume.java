package io.millrace.reader.mysql;

import io.millrace.error.ErrorCode;
import io.millrace.error.MillraceException;
import io.millrace.position.BinlogPosition;
import io.millrace.position.MySqlGtids;
import io.millrace.position.SourcePosition;
import io.millrace.position.TransactionId;
import io.millrace.reader.mysql.event.EventBytes;
import io.millrace.reader.mysql.event.EventPlace;
import io.millrace.reader.mysql.event.GtidSetCodec;
import io.millrace.wal.ChangeSink;

/**
 * The first stretch of a stream: which transactions the sink has already, whether the last of them is still the same at this
 * server (EXACTNESS 9), and what GTIDs a start by file and offset stands for (EXACTNESS 10).
 *
 * <p>Confined to the stream's thread. Allocates nothing once the first stretch is passed.
 */
final class BinlogResume {
    private final ChangeSink sink;
    private final SourcePosition start;
    private final TransactionId expected;
    private final BinlogPosition unresolved;
    private final SourceClock clock;
    private MySqlGtids resolved;
    private boolean isProven;
    private long lastPassedStart = -1;

    private BinlogResume(ChangeSink sink, TransactionId expected, BinlogPosition unresolved, SourceClock clock) {
        this.sink = sink;
        this.start = sink.position();
        this.expected = expected;
        this.unresolved = unresolved;
        this.clock = clock;
        this.isProven = expected == null;
        this.resolved = unresolved == null ? null : MySqlGtids.EMPTY;
    }

    /** Streams what the sink's position lacks. */
    static BinlogResume plain(ChangeSink sink, SourceClock clock) {
        return new BinlogResume(sink, null, null, clock);
    }

    /** The stream was asked for the sink's last transaction again, which must be the same. */
    static BinlogResume proving(ChangeSink sink, TransactionId last, SourceClock clock) {
        return new BinlogResume(sink, new TransactionId().copyFrom(last), null, clock);
    }

    /** The stream begins at the file's start; what stands before the offset is passed, and its GTIDs become the position. */
    static BinlogResume resolving(ChangeSink sink, BinlogPosition position, SourceClock clock) {
        return new BinlogResume(sink, null, position, clock);
    }

    /** Whether nothing is left to be proven or resolved. */
    boolean isDone() {
        return isProven && resolved == null;
    }

    /** PREVIOUS_GTIDS_LOG_EVENT: what all files before this one hold. */
    void onPreviousGtids(EventBytes bytes) {
        if (resolved == null || lastPassedStart >= 0) {
            return;
        }
        resolved = GtidSetCodec.decode(bytes);
    }

    /** Whether the sink has the transaction whose first event stands here, so that it is passed over. */
    boolean isPassed(TransactionId id, EventPlace place) {
        if (resolved != null) {
            return isBeforeStart(id, place);
        }
        if (!isProven && isExpected(id, place)) {
            if (id.proof != expected.proof) {
                throw new MillraceException(
                        ErrorCode.SOURCE_IDENTITY,
                        "last transaction is another one at this server: gtid=" + id + ", " + place.text());
            }
            isProven = true;
            return true;
        }
        if (!isProven && isInPlaceOfExpected(id)) {
            throw new MillraceException(
                    ErrorCode.SOURCE_IDENTITY,
                    "last transaction is not at its place at this server: last=" + expected + ", gtid=" + id + ", "
                            + place.text());
        }
        if (id.kind == TransactionId.KIND_NONE) {
            requireNoGtids(place);
            return false; // the stream began behind the last one
        }
        return start.contains(id);
    }

    /** MariaDB counts a domain's transactions over all servers: another server's with that number or a later one stands in its place. */
    private boolean isInPlaceOfExpected(TransactionId id) {
        return id.kind == TransactionId.KIND_MARIADB
                && expected.kind == TransactionId.KIND_MARIADB
                && id.domain == expected.domain
                && Long.compareUnsigned(id.number, expected.number) >= 0;
    }

    private boolean isExpected(TransactionId id, EventPlace place) {
        if (expected.kind != TransactionId.KIND_NONE) {
            return id.isSame(expected);
        }
        boolean isThere =
                place.fileNumber() == expected.fileNumber && place.start() == expected.endPosition - expected.number;
        if (!isThere) {
            throw new MillraceException(
                    ErrorCode.SOURCE_IDENTITY, "last transaction is not at its place at this server: " + place.text());
        }
        return true;
    }

    private void requireNoGtids(EventPlace place) {
        if (!(start instanceof BinlogPosition)) {
            throw new MillraceException(
                    ErrorCode.SOURCE_SETTING, "transaction without GTID: required=gtid_mode ON, " + place.text());
        }
    }

    private boolean isBeforeStart(TransactionId id, EventPlace place) {
        boolean isInFile = place.fileNumber() == unresolved.fileNumber();
        if (isInFile && place.start() < unresolved.offset()) {
            lastPassedStart = place.start();
            resolved = resolved.plus(id);
            return true;
        }
        if (isInFile && lastPassedStart >= 0 && place.start() > unresolved.offset()) {
            throw new MillraceException(
                    ErrorCode.INVALID_VALUE,
                    "start lies inside a transaction: start=" + unresolved.text() + ", transaction=" + lastPassedStart);
        }
        MySqlGtids position = resolved;
        resolved = null;
        sink.heartbeat(position, clock.nowMicros());
        return position.contains(id);
    }
}
