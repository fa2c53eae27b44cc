package io.millrace.pipeline.command;

import io.millrace.datasource.DataSource;
import io.millrace.error.ErrorCode;
import io.millrace.error.Finding;
import io.millrace.error.Finding.Severity;
import io.millrace.error.MillraceException;
import io.millrace.mapping.NameCheck;
import io.millrace.pipeline.Pipeline;
import io.millrace.pipeline.check.FollowedShapes;
import io.millrace.pipeline.check.Preparation;
import io.millrace.pipeline.opening.ChangeOpening;
import io.millrace.pipeline.reload.StandingRows;
import io.millrace.reader.ChunkReader;
import io.millrace.reader.Source;
import io.millrace.reader.TableDetails;
import io.millrace.schema.TableId;
import io.millrace.schema.TableSchema;
import io.millrace.task.Step;
import io.millrace.task.TableRule;
import io.millrace.task.TaskSpec;
import io.millrace.transform.row.TableTransform;
import io.millrace.writer.ChangeTarget;
import io.millrace.writer.LedgerEntry;
import io.millrace.writer.StructureItem;
import io.millrace.writer.TableStructure;
import io.millrace.writer.Target;
import io.millrace.writer.TargetState;
import io.millrace.writer.TargetTable;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/**
 * What a task would find and do, without doing anything: every reason why it cannot run, and each table's place at the target.
 * Immutable.
 *
 * @param sourceVersion product and version, or the empty string where it could not be asked
 * @param targetVersion likewise
 * @param tables in the order of their names; empty where a server could not be asked
 * @param emptying statements that would remove rows that stand before the load
 * @param later statements that would be run behind the load
 * @param tieGroups the target's names of tables that share a lane
 * @param samples of tables, in the same order; empty where none were asked for
 * @param findings about servers, tables and the plan
 */
public record TaskPreview(
        String sourceVersion,
        String targetVersion,
        List<Table> tables,
        List<String> emptying,
        List<String> later,
        List<List<String>> tieGroups,
        List<TableSample> samples,
        List<Finding> findings) {
    /**
     * One table's place.
     *
     * @param statements that would be run to make it; empty where it exists
     * @param reload where it is to be loaded again
     */
    public record Table(
            TableDetails source,
            TargetTable target,
            TargetState state,
            List<String> statements,
            Optional<ReloadPreview> reload) {
        public Table {
            statements = List.copyOf(statements);
        }
    }

    public TaskPreview {
        tables = List.copyOf(tables);
        emptying = List.copyOf(emptying);
        later = List.copyOf(later);
        tieGroups = List.copyOf(tieGroups);
        samples = List.copyOf(samples);
        findings = List.copyOf(findings);
    }

    private static final TargetState NO_TABLE =
            new TargetState(false, false, false, false, List.of(), List.of(), List.of(), List.of());

    /** Asks both servers. What cannot be asked is a finding, too. */
    public static TaskPreview of(TaskSpec task, DataSource sourceServer, DataSource targetServer) {
        return of(task, sourceServer, targetServer, 0);
    }

    /**
     * The same with rows of each table.
     *
     * @param sampledRows of each table at most
     */
    public static TaskPreview of(TaskSpec task, DataSource sourceServer, DataSource targetServer, int sampledRows) {
        Optional<ChangeTarget> changes = Pipeline.openChangeTarget(targetServer, task, Path.of(""));
        if (changes.isPresent()) {
            try (Source source = Pipeline.openSource(sourceServer);
                    ChangeTarget target = changes.get()) {
                return ofChanges(task, source, target, sampledRows);
            }
        }
        try (Source source = Pipeline.openSource(sourceServer);
                Target target = Pipeline.openTarget(targetServer, task)) {
            return new Asking(task, source, target, sampledRows).preview();
        }
    }

    /** Of a target that has no tables: what each column's values look like there. */
    private static TaskPreview ofChanges(TaskSpec task, Source source, ChangeTarget target, int sampledRows) {
        Asking asking = new Asking(task, source, null, sampledRows);
        asking.asked("task " + task.name(), () -> fits(task), false);
        String version = asking.asked("source " + task.source().datasource(), source::version, "");
        if (!version.isEmpty()) {
            asking.asked("source " + task.source().datasource(), () -> asking.planChanges(target), false);
        }
        asking.findings.addAll(target.check());
        return new TaskPreview(
                version,
                target.describe(),
                asking.tables,
                List.of(),
                List.of(),
                List.of(),
                asking.samples,
                asking.findings);
    }

    private static boolean fits(TaskSpec task) {
        ChangeOpening.requireFitting(task);
        return true;
    }

    /** The findings so far, while the servers are asked. */
    private static final class Asking {
        private final TaskSpec task;
        private final Source source;
        private final Target target;
        private final int sampledRows;
        private final List<Finding> findings = new ArrayList<>();
        private final List<Table> tables = new ArrayList<>();
        private List<String> emptying = List.of();
        private final List<String> later = new ArrayList<>();
        private final List<TableSample> samples = new ArrayList<>();
        private List<List<String>> tieGroups = List.of();

        Asking(TaskSpec task, Source source, Target target, int sampledRows) {
            this.sampledRows = sampledRows;
            this.task = task;
            this.source = source;
            this.target = target;
        }

        TaskPreview preview() {
            String sourceVersion = asked("source " + task.source().datasource(), source::version, "");
            String targetVersion = asked("target " + task.target().datasource(), target::version, "");
            if (!sourceVersion.isEmpty() && !targetVersion.isEmpty()) {
                asked("task " + task.name(), this::plan, false);
            }
            return new TaskPreview(sourceVersion, targetVersion, tables, emptying, later, tieGroups, samples, findings);
        }

        private <T> T asked(String subject, Supplier<T> question, T otherwise) {
            try {
                return question.get();
            } catch (MillraceException e) {
                findings.add(new Finding(
                        Severity.ERROR,
                        e.code(),
                        subject,
                        e.getMessage(),
                        e.code().advice()));
                return otherwise;
            }
        }

        private boolean plan() {
            Preparation found =
                    Preparation.of(task, source, target, FollowedShapes.of(task, source, target.control(), true));
            findings.addAll(found.findings());
            boolean isNew = target.control().checkpoints().isEmpty();
            List<LedgerEntry> entries = isNew ? List.of() : target.control().ledger();
            StandingRows standing = StandingRows.of(task, found, entries, target);
            findings.addAll(standing.findings());
            emptying = standing.statements(target);
            Map<TableId, TableStructure> structures = new HashMap<>();
            found.structures().forEach(each -> structures.put(each.table().name(), each));
            Set<TableId> checked = new HashSet<>();
            for (int i = 0; i < found.tables().size(); i++) {
                TargetTable planned = found.targets().get(i);
                TargetState state = found.states().get(planned.name());
                tables.add(new Table(
                        found.tables().get(i),
                        planned,
                        state,
                        state.exists() ? List.of() : target.statements(structures.get(planned.name())),
                        ReloadPreview.of(entries, found.tables().get(i), source)));
                if (checked.add(planned.name())) {
                    checkState(planned.name(), state);
                }
            }
            List<TableId> names =
                    found.tables().stream().map(table -> table.schema().table()).toList();
            for (TableRule rule : task.tables().unused(names)) {
                findings.add(new Finding(
                        Severity.WARNING,
                        ErrorCode.NO_TABLE_SELECTED,
                        rule.pattern().toString(),
                        "the rule decides on no table: pattern=" + rule.pattern(),
                        ErrorCode.NO_TABLE_SELECTED.advice()));
            }
            boolean doCollide = findings.stream()
                    .anyMatch(finding ->
                            finding.code() == ErrorCode.TABLES_COLLIDE && finding.severity() == Severity.ERROR);
            tieGroups = doCollide ? List.of() : found.plan().tieGroups();
            found.structures().stream()
                    .flatMap(structure -> structure.items().stream())
                    .filter(item -> !item.isEarly())
                    .sorted(Comparator.comparing(StructureItem::kind))
                    .map(target::statement)
                    .forEach(later::add);
            sample(found.transforms());
            return true;
        }

        private boolean planChanges(ChangeTarget changes) {
            List<TableDetails> found = source.tables(task.tables());
            findings.addAll(source.check(found, Preparation.request(task, task.tables())));
            if (found.isEmpty()) {
                throw new MillraceException(ErrorCode.NO_TABLE_SELECTED, "no table is selected: task=" + task.name());
            }
            findings.addAll(NameCheck.of(
                    task, found.stream().map(table -> table.schema().table()).toList()));
            for (TableDetails table : found) {
                TargetTable planned = changes.plan(
                        table.schema(), task.targetOf(table.schema().table()));
                tables.add(new Table(table, planned, NO_TABLE, List.of(), Optional.empty()));
            }
            sample(Map.of());
            return true;
        }

        /** Of tables that a person must mend first there is nothing to show. */
        private void sample(Map<TableId, TableTransform> transforms) {
            boolean isRefused = findings.stream().anyMatch(finding -> finding.severity() == Severity.ERROR);
            if (sampledRows == 0 || isRefused) {
                return;
            }
            try (ChunkReader reader = source.chunks()) {
                for (Table table : tables) {
                    TableSchema schema = table.source().schema();
                    samples.add(TableSample.of(
                            task,
                            table.source(),
                            table.target(),
                            Optional.ofNullable(transforms.get(schema.table())),
                            reader,
                            sampledRows));
                }
            }
        }

        private void checkState(TableId name, TargetState state) {
            if (!state.exists() && !task.has(Step.STRUCTURE)) {
                addError(ErrorCode.TARGET_TABLE_MISSING, name, "the target has no such table: table=" + name);
            }
        }

        private void addError(ErrorCode code, TableId subject, String message) {
            findings.add(new Finding(Severity.ERROR, code, subject.toString(), message, code.advice()));
        }
    }
}
