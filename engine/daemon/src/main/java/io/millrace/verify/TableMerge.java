package io.millrace.verify;

import io.millrace.schema.TableId;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.function.LongConsumer;

/** Merges the rows of both sides in key order and counts what differs. Confined to one thread. */
final class TableMerge {
    private static final int PROGRESS_ROWS = 4096;
    private static final int MOST_SAMPLES = 20;

    private final List<VerifiedColumn> columns;
    private final int[] key;
    private final ValueKind[] kinds;
    private final LongConsumer progress;
    private final List<Difference> samples = new ArrayList<>();
    private long sourceRows;
    private long targetRows;
    private long missing;
    private long extra;
    private long different;

    /**
     * @param key positions in {@code columns}
     * @param progress told now and then how many more source rows were read
     */
    TableMerge(List<VerifiedColumn> columns, int[] key, LongConsumer progress) {
        this.columns = columns;
        this.key = key.clone();
        this.progress = progress;
        kinds = columns.stream().map(column -> column.rendering().kind()).toArray(ValueKind[]::new);
    }

    TableComparison merge(TableId source, TableId target, RowFeed sourceFeed, RowFeed targetFeed)
            throws SQLException, IOException {
        byte[][] mine = nextSource(sourceFeed);
        byte[][] theirs = nextTarget(targetFeed);
        while (mine != null || theirs != null) {
            int order = mine == null ? 1 : theirs == null ? -1 : order(mine, theirs);
            if (order < 0) {
                missing++;
                sample(Difference.Kind.MISSING, mine, List.of());
                mine = nextSource(sourceFeed);
            } else if (order > 0) {
                extra++;
                sample(Difference.Kind.EXTRA, theirs, List.of());
                theirs = nextTarget(targetFeed);
            } else {
                compare(mine, theirs);
                mine = nextSource(sourceFeed);
                theirs = nextTarget(targetFeed);
            }
        }
        progress.accept(sourceRows % PROGRESS_ROWS);
        return new TableComparison(
                source, target, sourceRows, targetRows, missing, extra, different, samples, "", List.of(), List.of());
    }

    private byte[][] nextSource(RowFeed feed) throws SQLException, IOException {
        byte[][] row = feed.next();
        if (row != null) {
            sourceRows++;
            if (sourceRows % PROGRESS_ROWS == 0) {
                progress.accept(PROGRESS_ROWS);
            }
        }
        return row;
    }

    private byte[][] nextTarget(RowFeed feed) throws SQLException, IOException {
        byte[][] row = feed.next();
        targetRows += row == null ? 0 : 1;
        return row;
    }

    private int order(byte[][] mine, byte[][] theirs) {
        for (int column : key) {
            int order = kinds[column].order(mine[column], theirs[column]);
            if (order != 0) {
                return order;
            }
        }
        return 0;
    }

    private void compare(byte[][] mine, byte[][] theirs) {
        List<String> wrong = List.of();
        for (int i = 0; i < kinds.length; i++) {
            if (!kinds[i].areEqual(mine[i], theirs[i])) {
                wrong = wrong.isEmpty() ? new ArrayList<>() : wrong;
                wrong.add(columns.get(i).name());
            }
        }
        if (!wrong.isEmpty()) {
            different++;
            sample(Difference.Kind.DIFFERENT, mine, wrong);
        }
    }

    private void sample(Difference.Kind kind, byte[][] row, List<String> wrong) {
        if (samples.size() < MOST_SAMPLES) {
            List<String> values = Arrays.stream(key)
                    .mapToObj(column -> show(column, row[column]))
                    .toList();
            samples.add(new Difference(kind, values, wrong));
        }
    }

    private String show(int column, byte[] value) {
        if (value == null) {
            return "NULL";
        }
        return columns.get(column).isBinary()
                ? "0x" + HexFormat.of().formatHex(value)
                : new String(value, StandardCharsets.UTF_8);
    }
}
