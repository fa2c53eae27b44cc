package io.millrace.load;

import io.millrace.position.SourcePosition;
import io.millrace.reader.ChunkReader;
import io.millrace.reader.Source;
import io.millrace.writer.ChunkWriter;
import io.millrace.writer.LedgerEntry;
import io.millrace.writer.StructureItem;
import io.millrace.writer.Target;
import java.util.List;

/** What loaders ask of source and target, which answer one at a time. Thread-safe. */
final class LoadConnections {
    private final Source source;
    private final Target target;
    private final boolean mayStand;

    /** @param mayStand whether chunks write over rows that stand under their keys */
    LoadConnections(Source source, Target target, boolean mayStand) {
        this.source = source;
        this.target = target;
        this.mayStand = mayStand;
    }

    synchronized ChunkReader reader() {
        return source.chunks();
    }

    synchronized SourcePosition committed() {
        return source.committedPosition();
    }

    synchronized ChunkWriter writer() {
        ChunkWriter writer = target.chunkWriter();
        if (mayStand) {
            writer.overwrite();
        }
        return writer;
    }

    synchronized List<LedgerEntry> ledger() {
        return target.control().ledger();
    }

    /** The load's end is where the source stands now, unless the ledger has one. */
    synchronized void end(long epoch) {
        target.control().endLoad(source.committedPosition(), epoch);
    }

    synchronized List<StructureItem> pending() {
        return target.pending();
    }

    synchronized void make(StructureItem item) {
        PendingStructure.make(target, item);
    }
}
