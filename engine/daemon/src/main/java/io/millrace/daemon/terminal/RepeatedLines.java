package io.millrace.daemon.terminal;

import java.util.HashMap;
import java.util.Map;

/**
 * Keeps what goes wrong again and again from filling a disk: of log lines of one kind so many are written a minute, the others are
 * counted, and the next one that is written says how many. A kind is a logger and the message's text before its values are put in.
 * Confined to the appender's lock.
 */
final class RepeatedLines {
    static final int MOST_A_MINUTE = 20;
    private static final long MINUTE_MILLIS = 60_000;
    /** Libraries that put values into the text themselves have a kind for each: all are forgotten at once. */
    private static final int MOST_KINDS = 1_000;

    private final Map<String, Kind> kinds = new HashMap<>();

    private static final class Kind {
        private long sinceMillis;
        private int written;
        private int leftOut;
    }

    /** Returns how many lines of the kind were left out before this one; -1 where this one is left out too. */
    int leftOutBefore(String logger, String text, long nowMillis) {
        if (kinds.size() >= MOST_KINDS) {
            kinds.clear();
        }
        Kind kind = kinds.computeIfAbsent(logger + ' ' + text, key -> new Kind());
        if (nowMillis - kind.sinceMillis >= MINUTE_MILLIS) {
            int leftOut = kind.leftOut;
            kind.sinceMillis = nowMillis;
            kind.written = 1;
            kind.leftOut = 0;
            return leftOut;
        }
        if (kind.written < MOST_A_MINUTE) {
            kind.written++;
            return 0;
        }
        kind.leftOut++;
        return -1;
    }
}
