package io.millrace.reader.mysql.sql;

import io.millrace.position.MariaDbGtids;
import java.util.HashMap;
import java.util.Map;

/**
 * MariaDB's {@code gtid_binlog_state}: the last number that each server wrote in each domain of the binlog. More than a position,
 * which has only the last of each domain. Immutable.
 */
public final class MariaDbBinlogState {
    private final Map<String, Long> lasts;

    private MariaDbBinlogState(Map<String, Long> lasts) {
        this.lasts = lasts;
    }

    public static MariaDbBinlogState parse(String text) {
        Map<String, Long> lasts = new HashMap<>();
        for (String gtid : text.split(",", -1)) {
            String stripped = gtid.strip();
            int dash = stripped.lastIndexOf('-');
            if (dash > 0) {
                lasts.put(stripped.substring(0, dash), Long.parseUnsignedLong(stripped.substring(dash + 1)));
            }
        }
        return new MariaDbBinlogState(lasts);
    }

    /** Whether each GTID of a position is of a server and a domain that have written here. */
    boolean hasServersOf(MariaDbGtids position) {
        for (String gtid : position.set().split(",", -1)) {
            if (!lasts.containsKey(gtid.substring(0, gtid.lastIndexOf('-')))) {
                return false;
            }
        }
        return true;
    }

    /** Whether each GTID of a position was written by its server, at least so far. */
    public boolean holds(MariaDbGtids position) {
        for (String gtid : position.set().split(",", -1)) {
            int dash = gtid.lastIndexOf('-');
            Long last = lasts.get(gtid.substring(0, dash));
            if (last == null || Long.compareUnsigned(last, Long.parseUnsignedLong(gtid.substring(dash + 1))) < 0) {
                return false;
            }
        }
        return true;
    }
}
