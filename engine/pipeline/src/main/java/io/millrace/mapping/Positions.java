package io.millrace.mapping;

import io.millrace.error.ErrorCode;
import io.millrace.error.MillraceException;
import io.millrace.position.BinlogPosition;
import io.millrace.position.MariaDbGtids;
import io.millrace.position.MySqlGtids;
import io.millrace.position.PostgresPosition;
import io.millrace.position.PostgresSnapshot;
import io.millrace.position.SourcePosition;
import io.millrace.position.TransactionId;
import io.millrace.wal.ChainSink;
import java.util.List;

/** Questions about places in a source's history that compare two of them. Pure. */
public final class Positions {
    private Positions() {}

    /**
     * Whether every transaction before {@code goal} lies before {@code position}.
     *
     * @throws MillraceException with SOURCE_IDENTITY where the two are of different kinds
     */
    public static boolean covers(SourcePosition position, SourcePosition goal) {
        if (position instanceof MySqlGtids a && goal instanceof MySqlGtids b) {
            return a.containsAll(b);
        }
        if (position instanceof MariaDbGtids a && goal instanceof MariaDbGtids b) {
            return a.containsAll(b);
        }
        if (position instanceof BinlogPosition a && goal instanceof BinlogPosition b) {
            return a.fileNumber() > b.fileNumber() || (a.fileNumber() == b.fileNumber() && a.offset() >= b.offset());
        }
        if (position instanceof PostgresPosition a && goal instanceof PostgresPosition b && a.isOfSame(b.system())) {
            return a.covers(b);
        }
        if (position instanceof PostgresPosition a && goal instanceof PostgresSnapshot b) {
            return Long.compareUnsigned(a.lsn(), b.lsn()) >= 0;
        }
        // An empty set has no kind of its own: a server that never wrote prints it as nothing.
        if (isEmpty(goal) && !(position instanceof BinlogPosition)) {
            return true;
        }
        if (isEmpty(position) && !(goal instanceof BinlogPosition)) {
            return false;
        }
        throw new MillraceException(
                ErrorCode.SOURCE_IDENTITY,
                "positions cannot be compared: position=" + position.text() + ", goal=" + goal.text());
    }

    /** Whether every transaction that one watermark contains is contained in another one. */
    public static boolean isWithin(SourcePosition watermark, SourcePosition other) {
        if (watermark instanceof PostgresSnapshot a && other instanceof PostgresSnapshot b) {
            return a.isWithin(b);
        }
        return covers(other, watermark);
    }

    /**
     * As {@link #covers}, where what is prepared counts as passed: a goal that a server was asked for may hold the GTID of a
     * PREPARE, which enters our position with its COMMIT or ROLLBACK alone (EXACTNESS 11).
     */
    public static boolean coversButPrepared(
            SourcePosition position, SourcePosition goal, List<ChainSink.Prepared> prepared) {
        SourcePosition passed = position;
        for (ChainSink.Prepared each : prepared) {
            passed = released(passed, each.transaction());
        }
        return covers(passed, goal);
    }

    private static SourcePosition released(SourcePosition position, TransactionId prepare) {
        if (position instanceof MySqlGtids gtids) {
            return gtids.plus(prepare);
        }
        return position instanceof MariaDbGtids gtids ? gtids.released(prepare) : position;
    }

    private static boolean isEmpty(SourcePosition position) {
        return position.text().equals("gtid:");
    }

    /** The one that the other covers; the first where neither covers the other. */
    public static SourcePosition smaller(SourcePosition a, SourcePosition b) {
        return covers(b, a) ? a : covers(a, b) ? b : a;
    }

    /**
     * Whether a transaction is proven to lie before a place, also where its end is not known yet: of one without GTID the end of
     * its first event tells, since places lie between transactions; where not even that is known, its whole file must.
     */
    public static boolean containsFromBegin(SourcePosition position, TransactionId transaction) {
        if (transaction.kind == TransactionId.KIND_NONE && transaction.endPosition == 0) {
            return position instanceof BinlogPosition place
                    && transaction.fileNumber != 0
                    && transaction.fileNumber < place.fileNumber();
        }
        return position.contains(transaction);
    }
}
