package io.millrace.pipeline.command;

import io.millrace.datasource.DataSource;
import io.millrace.error.ErrorCode;
import io.millrace.error.MillraceException;
import io.millrace.expression.InvalidExpressionException;
import io.millrace.expression.KeyInterval;
import io.millrace.load.KeyBounds;
import io.millrace.mapping.TablePlan;
import io.millrace.mapping.TaskPlan;
import io.millrace.pipeline.Pipeline;
import io.millrace.pipeline.check.FollowedShapes;
import io.millrace.pipeline.check.Preparation;
import io.millrace.pipeline.directory.TaskDirectory;
import io.millrace.pipeline.reload.ReloadRules;
import io.millrace.position.SourcePosition;
import io.millrace.reader.Source;
import io.millrace.row.KeyBound;
import io.millrace.schema.TableId;
import io.millrace.task.TaskSpec;
import io.millrace.writer.Checkpoint;
import io.millrace.writer.LedgerEntry;
import io.millrace.writer.Target;
import java.math.BigInteger;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * Asks that a table, or a range of its key, be loaded again. The request stands at the target; a process that runs the task takes it up,
 * or the next one that does.
 *
 * @param tables of the source that are loaded again: the one that was named, and those that are loaded together with it
 * @param isRange whether only a part of it is
 */
public record Reload(List<TableId> tables, boolean isRange) {
    public Reload {
        tables = List.copyOf(tables);
    }

    /**
     * Asks for it.
     *
     * @param name of the source table
     * @param where which rows; only a range of the key can be loaded again exactly
     * @throws MillraceException with NOT_SUPPORTED_YET where the table cannot be loaded again, and why
     */
    public static Reload request(
            TaskSpec task,
            DataSource sourceServer,
            DataSource targetServer,
            Path dataDirectory,
            String name,
            Optional<String> where) {
        if (Pipeline.openChangeTarget(targetServer, task, dataDirectory).isPresent()) {
            throw new MillraceException(
                    ErrorCode.NOT_SUPPORTED_YET,
                    "the target has no tables: target=" + task.target().datasource());
        }
        try (Source source = Pipeline.openSource(sourceServer);
                Target target = Pipeline.openTarget(targetServer, task)) {
            return request(task, source, target, new TaskDirectory(dataDirectory, task), name, where);
        }
    }

    public static Reload request(
            TaskSpec task, Source source, Target target, TaskDirectory directory, String name, Optional<String> where) {
        List<SourcePosition> positions = target.control().checkpoints().stream()
                .map(Checkpoint::position)
                .toList();
        if (positions.isEmpty()) {
            throw new MillraceException(
                    ErrorCode.USAGE, "the task has loaded nothing yet: task=" + task.name() + ", fix=millrace run");
        }
        Preparation found =
                Preparation.of(task, source, target, FollowedShapes.of(task, source, target.control(), true));
        Preparation.requireNoError(found.findings());
        TaskPlan plan = found.plan();
        TablePlan table = plan.tables().stream()
                .filter(each -> each.source().table().toString().equals(name))
                .findFirst()
                .orElseThrow(() -> new MillraceException(
                        ErrorCode.NO_TABLE_SELECTED, "the task has no such source table: table=" + name));
        ReloadRules rules = new ReloadRules(task, target, plan);
        rules.require(table, positions);
        LedgerEntry entry = entry(table, where, positions.get(0), target);
        if (!target.control().request(List.of(entry))) {
            throw new MillraceException(
                    ErrorCode.USAGE,
                    "the table is asked for already, and not taken up yet: table=" + name + ", fix=millrace run");
        }
        if (directory.exists()) {
            directory.noteRequest();
        }
        return new Reload(
                rules.together(table).stream()
                        .map(each -> each.source().table())
                        .toList(),
                where.isPresent());
    }

    private static LedgerEntry entry(TablePlan table, Optional<String> where, SourcePosition at, Target target) {
        Optional<KeyBound> lower = Optional.empty();
        Optional<KeyBound> upper = Optional.empty();
        if (where.isPresent()) {
            KeyInterval keys = keys(table, where.get(), target);
            lower = keys.hasFirst()
                    ? Optional.of(KeyBounds.of(table.source(), keys.first().subtract(BigInteger.ONE)))
                    : Optional.empty();
            upper = keys.hasLast() ? Optional.of(KeyBounds.of(table.source(), keys.last())) : Optional.empty();
        }
        return new LedgerEntry(table.source().table(), LedgerEntry.REQUESTED, lower, upper, at, "", 0);
    }

    private static KeyInterval keys(TablePlan table, String where, Target target) {
        if (table.isGrouped() || table.isKeyChanged() || !target.isOrdered(table.target())) {
            throw new MillraceException(
                    ErrorCode.NOT_SUPPORTED_YET,
                    "no part of the table can be loaded again: option=--where, table="
                            + table.source().table() + ", reason="
                            + (table.isGrouped()
                                    ? "further unique or foreign keys tie its rows, so it is loaded whole"
                                    : table.isKeyChanged()
                                            ? "a step changes its key"
                                            : "its key is no whole number here and there")
                            + ", fix=leave --where out");
        }
        try {
            KeyInterval keys = KeyInterval.parse(where, table.source());
            if (keys.isEmpty()) {
                throw new MillraceException(
                        ErrorCode.USAGE,
                        "no key is in the range: option=--where, table="
                                + table.source().table());
            }
            return keys;
        } catch (InvalidExpressionException e) {
            throw new MillraceException(
                    ErrorCode.USAGE,
                    "not a range of the table's key: option=--where, table="
                            + table.source().table() + ", " + e.getMessage(),
                    e);
        }
    }
}
