package io.millrace.daemon;

import io.millrace.daemon.terminal.Terminal;
import io.millrace.daemon.text.Json;
import io.millrace.daemon.text.Quantities;
import io.millrace.daemon.text.TextTable;
import io.millrace.error.ErrorCode;
import io.millrace.error.MillraceException;
import io.millrace.schema.TableId;
import io.millrace.verify.Comparison;
import io.millrace.verify.Difference;
import io.millrace.verify.TableComparison;
import io.millrace.verify.Verifier;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Compares every selected row of source and target. Keys of rows that differ go to standard output, and nowhere else. */
@Command(name = "verify", description = "Compares every selected row of source and target, which must be idle.")
final class VerifyCommand implements Callable<Integer> {
    private static final long REDRAW_NANOS = TimeUnit.MILLISECONDS.toNanos(200);

    private final Millrace millrace;

    @Mixin
    private TaskArguments arguments;

    VerifyCommand(Millrace millrace) {
        this.millrace = millrace;
    }

    @Override
    public Integer call() {
        Optional<TaskArguments.Loaded> loaded = arguments.load(millrace);
        if (loaded.isEmpty()) {
            return ErrorCode.INVALID_VALUE.exitCode();
        }
        if (loaded.get().target().type().equals("file")) {
            throw new MillraceException(
                    ErrorCode.USAGE,
                    "a target of type file holds changes and no rows, so there is nothing to compare: datasource="
                            + loaded.get().target().name());
        }
        long start = System.nanoTime();
        Comparison comparison = new Verifier(
                        loaded.get().task(), loaded.get().source(), loaded.get().target())
                .compare(new Shown(millrace.terminal()));
        millrace.terminal().progress("");
        if (comparison.tables().isEmpty()) {
            throw new MillraceException(
                    ErrorCode.NO_TABLE_SELECTED,
                    "no table is selected: task=" + loaded.get().task().name());
        }
        long millis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start);
        if (millrace.isJson()) {
            millrace.result(json(comparison, millis));
        } else {
            lines(comparison, millis).forEach(millrace.terminal()::result);
        }
        if (comparison.isEqual()) {
            return 0;
        }
        throw new MillraceException(ErrorCode.NOT_EQUAL, "source and target differ: " + differing(comparison));
    }

    private static String differing(Comparison comparison) {
        return "tables="
                + comparison.tables().stream().filter(table -> !table.isEqual()).count() + ", rows="
                + comparison.differences();
    }

    /** Rewrites the progress line. */
    private static final class Shown implements Verifier.Progress {
        private final Terminal terminal;
        private TableId current;
        private long rows;
        private long drawnAt = System.nanoTime();

        Shown(Terminal terminal) {
            this.terminal = terminal;
        }

        @Override
        public void onRows(TableId table, long more) {
            rows = table.equals(current) ? rows + more : more;
            current = table;
            long now = System.nanoTime();
            if (terminal.isInteractive() && now - drawnAt > REDRAW_NANOS) {
                drawnAt = now;
                terminal.progress("verify  " + table + "  " + Quantities.count(rows) + " rows");
            }
        }
    }

    private static List<String> lines(Comparison comparison, long millis) {
        TextTable table = new TextTable("source", "target", "rows", "missing", "extra", "different", "");
        for (TableComparison each : comparison.tables()) {
            table.add(
                    each.source().toString(),
                    each.target().toString(),
                    Quantities.count(each.sourceRows()),
                    Quantities.count(each.missing()),
                    Quantities.count(each.extra()),
                    Quantities.count(each.different()),
                    each.problem().isEmpty() ? outcome(each) : each.problem());
        }
        List<String> lines = new ArrayList<>(table.lines());
        for (TableComparison each : comparison.tables()) {
            for (Difference difference : each.samples()) {
                lines.add(each.source() + "  " + word(difference) + "  key=" + String.join(", ", difference.key())
                        + (difference.columns().isEmpty()
                                ? ""
                                : "  columns=" + String.join(", ", difference.columns())));
            }
        }
        long perSecond = comparison.rows() * 1_000 / Math.max(1, millis);
        lines.add((comparison.isEqual() ? "equal: " : "not equal: ") + Quantities.count(comparison.rows()) + " rows in "
                + comparison.tables().size() + " tables, " + Quantities.time(millis) + ", "
                + Quantities.count(perSecond) + " rows/s");
        return lines;
    }

    private static String outcome(TableComparison each) {
        String changed = each.leftOut().isEmpty()
                ? ""
                : ", not compared: columns that steps change: " + String.join(", ", each.leftOut());
        String computed = each.recomputed().isEmpty()
                ? ""
                : "; that the target computes of them: " + String.join(", ", each.recomputed());
        return (each.isEqual() ? "equal" : "NOT EQUAL") + changed + computed;
    }

    private static String word(Difference difference) {
        return difference.kind().name().toLowerCase(Locale.ROOT);
    }

    private static Map<String, Object> json(Comparison comparison, long millis) {
        Map<String, Object> result = Json.object();
        result.put("equal", comparison.isEqual());
        result.put("rows", comparison.rows());
        result.put("differences", comparison.differences());
        result.put("seconds", millis / 1_000.0);
        result.put(
                "tables", comparison.tables().stream().map(VerifyCommand::json).toList());
        return result;
    }

    private static Map<String, Object> json(TableComparison each) {
        Map<String, Object> table = Json.object();
        table.put("source", each.source());
        table.put("target", each.target());
        table.put("equal", each.isEqual());
        table.put("source_rows", each.sourceRows());
        table.put("target_rows", each.targetRows());
        table.put("missing", each.missing());
        table.put("extra", each.extra());
        table.put("different", each.different());
        table.put("problem", each.problem().isEmpty() ? null : each.problem());
        List<String> notCompared = new ArrayList<>(each.leftOut());
        notCompared.addAll(each.recomputed());
        table.put("not_compared", notCompared);
        table.put("samples", each.samples().stream().map(VerifyCommand::json).toList());
        return table;
    }

    private static Map<String, Object> json(Difference difference) {
        Map<String, Object> sample = Json.object();
        sample.put("kind", word(difference));
        sample.put("key", difference.key());
        sample.put("columns", difference.columns());
        return sample;
    }
}
