package io.millrace.pipeline;

import io.millrace.wal.FrameHandler;
import io.millrace.wal.LogTailer;
import io.millrace.wal.RowsFlyweight;
import java.nio.ByteBuffer;
import java.util.HashSet;
import java.util.Set;
import org.agrona.concurrent.UnsafeBuffer;

/** Reads a {@link MemoryLog} by itself. */
final class MemoryTailer implements LogTailer {
    private final MemoryLog log;
    private final RowsFlyweight rows = new RowsFlyweight();
    private final Set<Integer> known = new HashSet<>();
    private int next;
    private boolean isInside;
    private long held;
    private int readBack; // documents of the next one's chain

    MemoryTailer(MemoryLog log) {
        this.log = log;
    }

    @Override
    public int poll(FrameHandler handler, int documentLimit) {
        int count = 0;
        while (count < documentLimit && next < log.durable()) {
            MemoryDocument document = log.documents().get(next);
            if (readBack < document.chain.size()) {
                if (readBack == 0) {
                    isInside = true;
                    handler.onBegin(document.continued);
                }
                read(handler, document.chain.get(readBack++), MemoryLog.BASE + next, true);
            } else {
                readBack = 0;
                next++;
                read(handler, document, MemoryLog.BASE + next, document.endsInside);
            }
            count++;
        }
        return count;
    }

    private void read(FrameHandler handler, MemoryDocument document, long nextIndex, boolean endsInside) {
        for (int i = 0; i < document.knownSchemas; i++) {
            if (known.add(i)) {
                handler.onSchema(i, log.schemas().get(i));
            }
        }
        if (document.continued != null && !isInside) {
            handler.onBegin(document.continued);
            isInside = true;
        }
        for (MemoryDocument.Event event : document.events) {
            if (event instanceof MemoryDocument.Begin begin) {
                isInside = true;
                handler.onBegin(begin.transaction());
            } else if (event instanceof MemoryDocument.Commit commit) {
                isInside = false;
                handler.onCommit(commit.transaction());
            } else if (event instanceof MemoryDocument.Prepare prepare) {
                handler.onPrepare(prepare.transaction());
            } else if (event instanceof MemoryDocument.Resolve resolve) {
                handler.onResolve(resolve.transaction());
            } else if (event instanceof MemoryDocument.Ddl ddl) {
                handler.onDdl(ddl.statement());
            } else if (event instanceof MemoryDocument.Beat beat) {
                handler.onHeartbeat(beat.position(), 0);
            } else if (event instanceof MemoryDocument.Rows frame) {
                ByteBuffer memory = frame.memory();
                held += memory.capacity();
                handler.onRows(rows.wrap(
                        new UnsafeBuffer(memory).addressOffset(),
                        memory.capacity(),
                        frame.table,
                        frame.operation,
                        frame.records.size(),
                        frame.firstOrdinal));
            }
        }
        handler.onDocumentEnd(nextIndex, endsInside);
    }

    @Override
    public long nextIndex() {
        return MemoryLog.BASE + next;
    }

    @Override
    public void moveTo(long index) {
        next = (int) (index - MemoryLog.BASE);
        readBack = 0;
        isInside = false;
        held = 0;
    }

    @Override
    public void release() {
        held = 0;
    }

    @Override
    public long heldBytes() {
        return held;
    }

    @Override
    public void close() {}
}
