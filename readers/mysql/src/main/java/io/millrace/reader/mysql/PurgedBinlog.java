package io.millrace.reader.mysql;

import io.millrace.datasource.DataSource;
import io.millrace.error.ErrorCode;
import io.millrace.error.MillraceException;
import io.millrace.position.BinlogPosition;
import io.millrace.position.MariaDbGtids;
import io.millrace.reader.mysql.connection.BinlogScan;
import io.millrace.reader.mysql.connection.BinlogSession;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** What a server has removed of its binlog, and since when it has the rest: for the errors of who comes too late. Confined to one thread. */
final class PurgedBinlog {
    private final BinlogSession session;
    private final DataSource dataSource;

    PurgedBinlog(BinlogSession session, DataSource dataSource) {
        this.session = session;
        this.dataSource = dataSource;
    }

    /** @param missing as in {@code missing=gtid:…} */
    MillraceException error(String missing) {
        List<String> files = files();
        String kept = files.isEmpty()
                ? ""
                : ", oldest=" + files.get(0) + ", since="
                        + Instant.ofEpochSecond(BinlogScan.secondsOfStart(dataSource, files.get(0)));
        return new MillraceException(
                ErrorCode.SOURCE_POSITION_PURGED,
                "server has purged transactions that were not read: " + missing + kept);
    }

    /** The oldest first; none where the account may not ask, and the server's own refusal has to do. */
    private List<String> files() {
        try {
            return session.query("SHOW BINARY LOGS").stream().map(row -> row[0]).toList();
        } catch (MillraceException e) {
            if (e.code() == ErrorCode.SOURCE_PRIVILEGE) {
                return List.of();
            }
            throw e;
        }
    }

    /** Refuses a place in a file that the server no longer has, or never had. */
    void requireFile(BinlogPosition position) {
        List<String> files = files();
        if (files.isEmpty() || files.contains(position.file())) {
            return;
        }
        BinlogPosition oldest = BinlogPosition.of(files.get(0), BinlogScan.FIRST_EVENT_OFFSET);
        if (oldest.baseName().equals(position.baseName()) && oldest.fileNumber() > position.fileNumber()) {
            throw error("from=" + position.text());
        }
        throw new MillraceException(
                ErrorCode.SOURCE_IDENTITY,
                "server has no such binlog file, its binlogs were reset or it is another server: position="
                        + position.text() + ", oldest=" + files.get(0) + ", newest=" + files.get(files.size() - 1));
    }

    /** Refuses a position of MariaDB's that lacks transactions of files that the server no longer has. */
    void requireAll(MariaDbGtids position) {
        List<String> files = files();
        if (files.isEmpty()) {
            return;
        }
        String state =
                session.value("SELECT BINLOG_GTID_POS('" + files.get(0) + "', " + BinlogScan.FIRST_EVENT_OFFSET + ")");
        if (state == null || state.isEmpty()) {
            return; // the first file that ever was
        }
        Map<String, Long> read = new HashMap<>();
        for (String gtid : position.set().split(",", -1)) {
            String[] parts = gtid.split("-", -1);
            if (parts.length == 3) {
                read.put(parts[0], Long.parseUnsignedLong(parts[2]));
            }
        }
        List<String> missing = new ArrayList<>();
        for (String gtid : state.split(",", -1)) {
            String[] parts = gtid.strip().split("-", -1);
            long from = read.getOrDefault(parts[0], 0L);
            if (Long.compareUnsigned(from, Long.parseUnsignedLong(parts[2])) < 0) {
                missing.add(parts[0] + "-*-" + Long.toUnsignedString(from + 1) + " to " + gtid.strip());
            }
        }
        if (!missing.isEmpty()) {
            throw error("missing=gtid:" + String.join(",", missing));
        }
    }
}
