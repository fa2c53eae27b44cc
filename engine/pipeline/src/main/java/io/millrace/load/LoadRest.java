package io.millrace.load;

import io.millrace.reader.ChunkReader;
import io.millrace.row.KeyBound;
import io.millrace.schema.TableSchema;
import io.millrace.writer.LedgerEntry;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * What the committed chunks of a table leave to be loaded. Immutable.
 *
 * @param loadedRows of the committed ones
 * @param ranges that are left, in the order of the key
 */
public record LoadRest(long loadedRows, List<Range> ranges) {
    /**
     * One of them.
     *
     * @param lower excluded; empty for no lower end
     * @param upper included; empty for no upper end
     */
    public record Range(Optional<KeyBound> lower, Optional<KeyBound> upper) {}

    public LoadRest {
        ranges = List.copyOf(ranges);
    }

    /** Of a table's entries in the ledger. */
    public static LoadRest of(List<LedgerEntry> entries) {
        List<LedgerEntry> chunks = entries.stream()
                .filter(LedgerEntry::isChunk)
                .sorted(Comparator.comparingInt(LedgerEntry::number))
                .toList();
        List<Range> ranges = new ArrayList<>();
        Optional<KeyBound> end = Optional.empty();
        boolean isWhole = false;
        for (LedgerEntry chunk : chunks) {
            if (!chunk.lower().equals(end)) {
                ranges.add(new Range(end, chunk.lower()));
            }
            end = chunk.upper();
            isWhole = end.isEmpty();
        }
        if (!isWhole) {
            ranges.add(new Range(end, Optional.empty()));
        }
        return new LoadRest(chunks.stream().mapToLong(LedgerEntry::rows).sum(), ranges);
    }

    /** Whether it is all of the table. */
    public boolean isAll() {
        return ranges.equals(List.of(new Range(Optional.empty(), Optional.empty())));
    }

    /** About how many rows are left, as the source's server sees it; -1 where it does not tell. */
    public long estimate(TableSchema table, ChunkReader reader) {
        long rows = 0;
        for (Range range : ranges) {
            long some = reader.estimate(table, range.lower(), range.upper());
            if (some < 0) {
                return -1;
            }
            rows += some;
        }
        return rows;
    }
}
