package io.millrace.pipeline.command;

import io.millrace.load.LoadRest;
import io.millrace.reader.ChunkReader;
import io.millrace.reader.Source;
import io.millrace.reader.TableDetails;
import io.millrace.writer.LedgerEntry;
import java.util.List;
import java.util.Optional;

/**
 * How far a table is loaded again, or a range of it. Immutable.
 *
 * @param isBegun whether a process has taken the request up
 * @param loadedRows of chunks that are committed
 * @param leftRows about how many are to come, as the source's server sees it; -1 where it does not tell
 */
public record ReloadPreview(boolean isBegun, long loadedRows, long leftRows) {
    /**
     * Of the task's ledger; empty of a table of which nothing was asked for.
     *
     * @param entries of all tables
     */
    static Optional<ReloadPreview> of(List<LedgerEntry> entries, TableDetails table, Source source) {
        List<LedgerEntry> all = entries.stream()
                .filter(entry -> entry.source().equals(table.schema().table()))
                .toList();
        Optional<LedgerEntry> request =
                all.stream().filter(LedgerEntry::isRequest).findFirst();
        if (request.isPresent()) {
            LoadRest.Range range =
                    new LoadRest.Range(request.get().lower(), request.get().upper());
            return Optional.of(of(new LoadRest(0, List.of(range)), false, table, source));
        }
        return all.stream().anyMatch(LedgerEntry::isReload)
                ? Optional.of(of(LoadRest.of(all), true, table, source))
                : Optional.empty();
    }

    private static ReloadPreview of(LoadRest rest, boolean isBegun, TableDetails table, Source source) {
        if (rest.isAll()) {
            return new ReloadPreview(isBegun, 0, table.estimatedRows());
        }
        try (ChunkReader reader = source.chunks()) {
            return new ReloadPreview(isBegun, rest.loadedRows(), rest.estimate(table.schema(), reader));
        }
    }
}
