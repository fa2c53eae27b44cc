package io.millrace.writer.sql;

import io.millrace.writer.TargetTable;
import java.util.HashMap;
import java.util.Map;

/** Tables that are written in another way for a while, since the usual one did not do. Confined to one thread. */
public final class TableMarks {
    /** How many batches go by before the usual way is tried again. */
    public static final int BATCHES = 100;

    private final Map<String, Integer> until = new HashMap<>();
    private int batch;

    public void nextBatch() {
        batch++;
    }

    public void mark(String table) {
        until.put(table, batch + BATCHES);
    }

    public boolean isMarked(TargetTable table) {
        return !until.isEmpty() && isMarked(table.name().toString());
    }

    private boolean isMarked(String table) {
        Integer last = until.get(table);
        if (last != null && batch > last) {
            until.remove(table);
        }
        return last != null && batch <= last;
    }
}
