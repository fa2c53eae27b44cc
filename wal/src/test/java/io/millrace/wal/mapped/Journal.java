package io.millrace.wal.mapped;

import io.millrace.ddl.DdlEvent;
import io.millrace.position.SourcePosition;
import io.millrace.position.TransactionId;
import io.millrace.row.RowFlyweight;
import io.millrace.schema.TableSchema;
import io.millrace.wal.FrameHandler;
import io.millrace.wal.RowsFlyweight;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Writes down what a tailer hands out: one line for each event; rows by their id and the length and hash of their text. */
final class Journal implements FrameHandler {
    final List<String> lines = new ArrayList<>();
    final List<Long> ends = new ArrayList<>();
    final List<Boolean> insides = new ArrayList<>();
    final Map<Integer, TableSchema> schemas = new HashMap<>();
    private final RowFlyweight row = new RowFlyweight();
    private boolean isAtStart = true; // of a document

    @Override
    public void onSchema(int tableNumber, TableSchema schema) {
        if (schemas.put(tableNumber, schema) != null) {
            throw new AssertionError("a table number was handed out twice: " + tableNumber);
        }
    }

    @Override
    public void onDdl(DdlEvent event) {
        if (!isAtStart) {
            throw new AssertionError("a statement in the midst of a document");
        }
        isAtStart = false;
        lines.add("ddl " + event.verb() + " " + event.changes().size() + " "
                + event.effects().size());
    }

    @Override
    public void onBegin(TransactionId transaction) {
        lines.add("begin " + transaction.number);
    }

    @Override
    public void onRows(RowsFlyweight rows) {
        isAtStart = false;
        if (!schemas.containsKey(rows.tableNumber())) {
            throw new AssertionError("rows before their schema: " + rows.tableNumber());
        }
        while (rows.next()) {
            row.wrap(rows.rowAddress(), rows.rowLength());
            var image = row.hasAfter() ? row.after() : row.before();
            byte[] text = new byte[image.valueLength(1)];
            image.buffer().getBytes(image.valueOffset(1), text);
            lines.add(rows.operation() + " "
                    + schemas.get(rows.tableNumber()).table().name() + " " + rows.rowOrdinal()
                    + " " + image.longAt(0) + " " + text.length + " "
                    + new String(text, StandardCharsets.UTF_8).hashCode());
        }
    }

    @Override
    public void onCommit(TransactionId transaction) {
        isAtStart = false;
        lines.add("commit " + transaction.number);
    }

    @Override
    public void onPrepare(TransactionId prepare) {
        lines.add("prepare " + prepare.number);
    }

    @Override
    public void onResolve(TransactionId prepare) {
        lines.add("resolve " + prepare.number);
    }

    @Override
    public void onHeartbeat(SourcePosition position, long sourceTimeMicros) {
        lines.add("heartbeat " + position.text() + " " + sourceTimeMicros);
    }

    @Override
    public void onDocumentEnd(long nextIndex, boolean isInsideTransaction) {
        isAtStart = true;
        ends.add(nextIndex);
        insides.add(isInsideTransaction);
    }
}
