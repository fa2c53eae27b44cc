package io.millrace.writer.file;

import io.millrace.ddl.DdlEvent;
import io.millrace.position.TransactionId;
import io.millrace.schema.TableId;
import io.millrace.schema.TableSchema;
import io.millrace.wal.RowsFlyweight;
import io.millrace.writer.ChangeWriter;
import io.millrace.writer.Checkpoint;
import java.util.HashMap;
import java.util.Map;

/** Makes lines of changes, and gathers them. Confined to one thread. Owns its sink. */
final class FileChangeWriter implements ChangeWriter {
    private static final int DRAIN_BYTES = 256 << 10;

    private final LineSink sink;
    private final JsonOutput out = new JsonOutput();
    private final ChangeJson lines = new ChangeJson(out);
    private final Map<TableId, TableSchema> told = new HashMap<>();

    FileChangeWriter(LineSink sink) {
        this.sink = sink;
    }

    @Override
    public void begin(TransactionId transaction) {
        lines.begin(transaction);
    }

    @Override
    public void rows(TableSchema table, RowsFlyweight rows) {
        tell(table);
        while (rows.next()) {
            lines.row(table, rows);
            if (out.length() >= DRAIN_BYTES) {
                drain();
            }
        }
    }

    private void tell(TableSchema table) {
        TableSchema before = told.get(table.table());
        if (before == null || !before.equals(table)) {
            told.put(table.table(), table);
            lines.schema(table);
        }
    }

    private void drain() {
        if (out.length() > 0) {
            sink.write(out.array(), out.length());
            out.clear();
        }
    }

    @Override
    public void ddl(DdlEvent event) {
        lines.ddl(event);
    }

    @Override
    public void commit(TransactionId transaction) {
        if (out.length() >= DRAIN_BYTES) {
            drain();
        }
    }

    @Override
    public void flush() {
        drain();
        sink.flush();
    }

    @Override
    public void checkpoint(Checkpoint next) {
        drain();
        sink.checkpoint(next);
        if (sink.isFresh()) {
            told.clear(); // each file tells the shapes of its tables
        }
    }

    @Override
    public void close() {
        sink.close();
    }
}
