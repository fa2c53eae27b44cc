package io.millrace.reader.mysql;

import io.millrace.datasource.DataSource;
import io.millrace.error.ErrorCode;
import io.millrace.error.MillraceException;
import io.millrace.position.BinlogPosition;
import io.millrace.position.MySqlGtids;
import io.millrace.position.SourcePosition;
import io.millrace.position.TransactionId;
import io.millrace.reader.mysql.connection.BinlogScan;
import io.millrace.reader.mysql.event.EventType;
import io.millrace.reader.mysql.event.GtidDecoder;
import io.millrace.reader.mysql.event.GtidSetCodec;
import io.millrace.reader.mysql.sql.ServerPositions;
import java.time.Instant;
import java.util.List;

/**
 * Finds {@code start: time:…}: the place before the first transaction, in the binlog's order, that was committed at that time or
 * later. The file is found by bisecting: each says when it was made, and all in the files before it was committed by then. Its
 * transactions are then passed one by one.
 *
 * <p>Confined to one thread.
 */
final class TimeStart {
    private final DataSource dataSource;
    private final ServerPositions positions;
    private final boolean hasMySqlGtids;

    TimeStart(DataSource dataSource, ServerPositions positions, boolean hasMySqlGtids) {
        this.dataSource = dataSource;
        this.positions = positions;
        this.hasMySqlGtids = hasMySqlGtids;
    }

    SourcePosition find(Instant time) {
        List<String> files = positions.files();
        int low = 0; // the last file that is known to have been made before the time
        int high = files.size();
        if (BinlogScan.secondsOfStart(dataSource, files.get(0)) >= time.getEpochSecond()) {
            requireAllKept(files.get(0), time);
            return positions.earliest();
        }
        while (high - low > 1) {
            int middle = (low + high) >>> 1;
            if (BinlogScan.secondsOfStart(dataSource, files.get(middle)) < time.getEpochSecond()) {
                low = middle;
            } else {
                high = middle;
            }
        }
        return scan(files.get(low), time);
    }

    /** What was committed at that time may stand in a file that the server has removed. */
    private void requireAllKept(String oldest, Instant time) {
        boolean isFirst = hasMySqlGtids
                ? positions.earliest().text().equals(MySqlGtids.EMPTY.text())
                : BinlogPosition.of(oldest, BinlogScan.FIRST_EVENT_OFFSET).fileNumber() == 1;
        if (!isFirst) {
            throw new MillraceException(
                    ErrorCode.SOURCE_POSITION_PURGED,
                    "server keeps no binlog of that time: start=time:" + time + ", oldest=" + oldest + ", since="
                            + Instant.ofEpochSecond(BinlogScan.secondsOfStart(dataSource, oldest)));
        }
    }

    private SourcePosition scan(String file, Instant time) {
        long micros = Math.addExact(Math.multiplyExact(time.getEpochSecond(), 1_000_000), time.getNano() / 1000);
        MySqlGtids passed = MySqlGtids.EMPTY;
        TransactionId id = new TransactionId();
        try (BinlogScan scan = BinlogScan.from(dataSource, file)) {
            boolean isFirstFile = true;
            while (scan.next()) {
                EventType type = EventType.ofCode(scan.header().typeCode());
                if (type == EventType.PREVIOUS_GTIDS_LOG_EVENT && isFirstFile) {
                    passed = GtidSetCodec.decode(scan.bytes());
                    isFirstFile = false;
                }
                if (begins(type, scan, id)) {
                    if (id.commitTimeMicros >= micros) {
                        return place(passed, scan.place().file(), scan.place().start());
                    }
                    passed = passed.plus(id);
                }
            }
            return place(passed, scan.place().file(), scan.place().end());
        }
    }

    /** Whether the event begins a transaction, whose name and commit time are then filled in. */
    private static boolean begins(EventType type, BinlogScan scan, TransactionId id) {
        long seconds = scan.header().timestampSeconds();
        if (type == EventType.GTID_LOG_EVENT || type == EventType.ANONYMOUS_GTID_LOG_EVENT) {
            GtidDecoder.decodeMySql(scan.bytes(), seconds, type == EventType.ANONYMOUS_GTID_LOG_EVENT, id);
        } else if (type == EventType.GTID_TAGGED_LOG_EVENT) {
            GtidDecoder.decodeTagged(scan.bytes(), seconds, id);
        } else if (type == EventType.GTID_EVENT) {
            GtidDecoder.decodeMariaDb(scan.bytes(), seconds, scan.header().serverId(), id);
        } else {
            return false;
        }
        return true;
    }

    private SourcePosition place(MySqlGtids passed, String file, long offset) {
        return hasMySqlGtids ? passed : positions.at(file, offset);
    }
}
