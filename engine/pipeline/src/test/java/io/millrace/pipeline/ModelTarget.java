package io.millrace.pipeline;

import io.millrace.error.ErrorCode;
import io.millrace.error.Finding;
import io.millrace.error.MillraceException;
import io.millrace.pipeline.ModelSource.ModelRow;
import io.millrace.position.SourcePosition;
import io.millrace.row.ImageFlyweight;
import io.millrace.row.KeyBound;
import io.millrace.schema.Column;
import io.millrace.schema.TableId;
import io.millrace.schema.TableSchema;
import io.millrace.writer.ApplyResult;
import io.millrace.writer.Batch;
import io.millrace.writer.Checkpoint;
import io.millrace.writer.ChunkWriter;
import io.millrace.writer.ControlStore;
import io.millrace.writer.DdlRecord;
import io.millrace.writer.FollowedTable;
import io.millrace.writer.KeyRange;
import io.millrace.writer.LaneWriter;
import io.millrace.writer.LedgerEntry;
import io.millrace.writer.Partitioning;
import io.millrace.writer.Refusal;
import io.millrace.writer.RowRefusals;
import io.millrace.writer.Run;
import io.millrace.writer.RunOperation;
import io.millrace.writer.StructureItem;
import io.millrace.writer.TableOutline;
import io.millrace.writer.TableStructure;
import io.millrace.writer.Target;
import io.millrace.writer.TargetChange;
import io.millrace.writer.TargetColumn;
import io.millrace.writer.TargetState;
import io.millrace.writer.TargetTable;
import io.millrace.writer.WantedTable;
import java.nio.charset.StandardCharsets;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * A target in memory: tables as maps, checkpoints compared and set, a ledger. It fails on demand before or after a commit, and at
 * once where the engine does what no target would allow.
 */
final class ModelTarget implements Target {
    final Map<TableId, NavigableMap<Object, ModelRow>> tables = new TreeMap<>();
    final List<Checkpoint> checkpoints = new ArrayList<>();
    final List<LedgerEntry> ledger = new ArrayList<>();
    final Map<TableId, FollowedTable> followed = new TreeMap<>();
    final List<DdlRecord> ddl = new ArrayList<>();
    final Set<TableId> tied = new HashSet<>();
    /** Keys of rows that are marked, by table. */
    final Map<TableId, Set<Object>> marks = new TreeMap<>();

    /** Of tables in which every change is a row. */
    final List<Appended> appended = new ArrayList<>();

    /** A row of such a table. */
    record Appended(TableId table, ModelRow row, String operation, long transaction, long ordinal) {
        String text() {
            return operation + " " + row.number() + " " + row.text() + " " + transaction + " " + ordinal;
        }
    }

    private static Appended appended(ModelTable model, ImageFlyweight image) {
        ModelRow row = model.decode(image);
        String operation = text(image, 3);
        String position = text(image, 4);
        boolean isLoaded = operation.equals("load");
        return new Appended(
                model.schema().table(),
                row,
                operation,
                isLoaded ? 0 : Long.parseLong(position.substring(position.lastIndexOf(':') + 1)),
                image.isNull(6) ? -1 : image.longAt(6));
    }

    private static String text(ImageFlyweight image, int column) {
        byte[] bytes = new byte[image.valueLength(column)];
        image.buffer().getBytes(image.valueOffset(column), bytes);
        return new String(bytes, StandardCharsets.UTF_8);
    }

    /** Where the intervals of tables begin that are divided, and where the last one ends; who asks and whom it failed is counted. */
    final Map<TableId, List<LocalDateTime>> partitions = new TreeMap<>();

    final Set<TableId> undivided = new HashSet<>();
    int partitionQuestions;

    final List<StructureItem> pending = new ArrayList<>();
    final List<StructureItem> made = new ArrayList<>();
    /** Each row that was written, in order, where {@link #isRecording}. */
    final List<String> statements = new ArrayList<>();

    boolean isRecording;
    private final Map<TableId, ModelTable> models = new TreeMap<>();
    private final Random random;
    double failures;
    /** Of what is asked and done while a session is opened. */
    double openingFailures;

    int failuresBehindCommits;
    /** Commits that do not come through of chunks that left rows out. */
    int dirtyChunksCut;

    boolean isOut;
    boolean isDirty;
    /** Whether ranges of numbers are the same here as at the source. */
    boolean isOrdered = true;
    /** Rows that the server refuses for their own sake. */
    Predicate<ModelRow> refuses = row -> false;

    Runnable whileApplying = () -> {};
    long applies;
    long healed;
    long missing;
    long fellBack;

    ModelTarget(Random random) {
        this.random = random;
    }

    void knows(ModelTable table) {
        models.put(table.schema().table(), table);
    }

    @Override
    public String version() {
        return "model";
    }

    @Override
    public TargetTable plan(TableSchema source, WantedTable wanted) {
        List<TargetColumn> columns = new ArrayList<>();
        for (Column column : source.columns()) {
            columns.add(
                    new TargetColumn(wanted.nameOf(column), column.sourceType(), column.nullable(), columns.size()));
        }
        return new TargetTable(wanted.name(), source, columns, source.key());
    }

    @Override
    public Map<TableId, TargetState> inspect(List<TargetTable> planned) {
        return planned.stream().collect(Collectors.toMap(TargetTable::name, this::state));
    }

    private TargetState state(TargetTable table) {
        NavigableMap<Object, ModelRow> rows = tables.get(table.name());
        return new TargetState(
                rows != null,
                rows != null && !rows.isEmpty(),
                tied.contains(table.name()),
                tied.contains(table.name()) ? List.copyOf(tied) : List.of(),
                List.of());
    }

    @Override
    public List<TableStructure> adapt(List<TableStructure> wanted, Set<TableId> existing, List<Finding> findings) {
        return wanted;
    }

    @Override
    public List<String> statements(TableStructure structure) {
        return List.of();
    }

    @Override
    public String statement(StructureItem item) {
        return item.name();
    }

    @Override
    public void create(TableStructure structure) {
        mayFailOpening(false);
        tables.put(structure.table().name(), new TreeMap<>());
        marks.put(structure.table().name(), new TreeSet<>());
        pending.addAll(structure.items());
        mayFailOpening(true);
    }

    @Override
    public List<StructureItem> pending() {
        mayFail(false);
        return List.copyOf(pending);
    }

    @Override
    public Optional<String> make(StructureItem item) {
        mayFail(false);
        made.add(item);
        pending.remove(item);
        mayFail(true);
        return Optional.empty();
    }

    @Override
    public Optional<LocalDateTime> partitionedUntil(TableId table) {
        partitionQuestions++;
        mayFail(false);
        List<LocalDateTime> bounds = partitions.getOrDefault(table, List.of());
        return bounds.isEmpty() ? Optional.empty() : Optional.of(bounds.get(bounds.size() - 1));
    }

    @Override
    public void addPartitions(TableId table, Partitioning further) {
        if (undivided.contains(table)) {
            throw new MillraceException(ErrorCode.TARGET_UNREACHABLE, "locked by the model");
        }
        List<LocalDateTime> bounds = partitions.computeIfAbsent(table, name -> new ArrayList<>());
        if (!bounds.isEmpty() && !further.bounds().get(0).equals(bounds.get(bounds.size() - 1))) {
            throw new AssertionError("partitions do not lie end to end: table=" + table);
        }
        further.bounds().stream().filter(bound -> !bounds.contains(bound)).forEach(bounds::add);
    }

    @Override
    public void drop(Collection<TableId> names) {
        tables.keySet().removeAll(names);
    }

    @Override
    public Optional<TableOutline> outline(TableId table) {
        return Optional.empty();
    }

    @Override
    public List<String> changing(List<TargetChange> changes) {
        return List.of();
    }

    @Override
    public void change(List<TargetChange> changes) {
        throw new AssertionError("no statement is carried out here");
    }

    @Override
    public List<Finding> check(List<TargetTable> targets, Map<TableId, TargetState> states) {
        return List.of();
    }

    @Override
    public ControlStore control() {
        return new ControlStore() {
            @Override
            public List<Checkpoint> checkpoints() {
                return List.copyOf(checkpoints);
            }

            @Override
            public void prepare() {}

            @Override
            public List<Checkpoint> takeOver() {
                mayFailOpening(false);
                checkpoints.replaceAll(each -> withEpoch(each, each.epoch() + 1));
                mayFailOpening(true);
                return List.copyOf(checkpoints);
            }

            @Override
            public void replace(List<Checkpoint> expected, List<Checkpoint> next) {
                if (!expected.equals(checkpoints)) {
                    throw new MillraceException(ErrorCode.TARGET_FENCED, "other checkpoints stand here");
                }
                checkpoints.clear();
                checkpoints.addAll(next);
            }

            @Override
            public List<LedgerEntry> ledger() {
                mayFail(false);
                return List.copyOf(ledger);
            }

            @Override
            public void empty(Collection<TableId> names, Collection<LedgerEntry> noted, long epoch) {
                mayFailOpening(false);
                requireEpoch(epoch);
                names.forEach(name -> tables.get(name).clear());
                ledger.addAll(noted);
                mayFailOpening(true);
            }

            @Override
            public boolean request(Collection<LedgerEntry> entries) {
                boolean isThere = entries.stream()
                        .anyMatch(entry -> ledger.stream()
                                .anyMatch(each -> each.number() == entry.number()
                                        && each.source().equals(entry.source())));
                return !isThere && ledger.addAll(entries);
            }

            @Override
            public void rewrite(Collection<TableId> sources, Collection<LedgerEntry> next, long epoch) {
                mayFailOpening(false);
                requireEpoch(epoch);
                ledger.removeIf(entry -> sources.contains(entry.source()));
                ledger.addAll(next);
                mayFailOpening(true);
            }

            private void requireEpoch(long epoch) {
                if (checkpoints.stream().anyMatch(each -> each.epoch() != epoch)) {
                    throw new MillraceException(ErrorCode.TARGET_FENCED, "another epoch stands here");
                }
            }

            @Override
            public void endLoad(SourcePosition end, long epoch) {
                mayFail(false);
                requireEpoch(epoch);
                ledger.removeIf(LedgerEntry::isReload);
                Set<TableId> ended = new HashSet<>();
                ledger.stream().filter(LedgerEntry::isEnd).forEach(entry -> ended.add(entry.source()));
                for (LedgerEntry entry : List.copyOf(ledger)) {
                    if (ended.add(entry.source())) {
                        ledger.add(new LedgerEntry(
                                entry.source(), LedgerEntry.END, Optional.empty(), Optional.empty(), end, "", 0));
                    }
                }
                mayFail(true);
            }

            @Override
            public List<FollowedTable> followed() {
                return List.copyOf(followed.values());
            }

            @Override
            public void keep(Collection<FollowedTable> kept) {
                kept.forEach(table -> followed.put(table.table(), table));
            }

            @Override
            public void begin(Collection<FollowedTable> tables) {
                followed.clear();
                keep(tables);
            }

            @Override
            public Optional<DdlRecord> newestStatement() {
                return ddl.isEmpty() ? Optional.empty() : Optional.of(ddl.get(ddl.size() - 1));
            }

            @Override
            public List<DdlRecord> statements() {
                return List.copyOf(ddl);
            }

            @Override
            public void begin(DdlRecord intent, List<Checkpoint> expected) {
                if (!expected.equals(checkpoints)) {
                    throw new MillraceException(ErrorCode.TARGET_FENCED, "other checkpoints stand here");
                }
                ddl.add(intent);
            }

            @Override
            public void end(
                    DdlRecord ended,
                    Collection<FollowedTable> kept,
                    Collection<TableId> gone,
                    Map<TableId, TableId> renamed) {
                throw new AssertionError("no statement is carried out here");
            }

            @Override
            public void undoLoads(Map<TableId, TableId> undone, List<Checkpoint> expected) {
                throw new AssertionError("no load is undone here");
            }

            @Override
            public void note(long ordinal, String outlines) {
                throw new AssertionError("no statement is carried out here");
            }

            @Override
            public void move(long ordinal, DdlRecord.At at) {
                throw new AssertionError("no statement is carried out here");
            }

            @Override
            public void remove() {
                checkpoints.clear();
                ledger.clear();
                followed.clear();
                ddl.clear();
            }
        };
    }

    private static Checkpoint withEpoch(Checkpoint of, long epoch) {
        return new Checkpoint(
                of.lane(),
                of.laneCount(),
                of.layoutVersion(),
                epoch,
                of.logId(),
                of.logIndex(),
                of.position(),
                of.lastTransaction(),
                of.rowsIntoTransaction(),
                of.counters());
    }

    private void mayFailOpening(boolean isCommitted) {
        if (openingFailures > 0) {
            mayFail(isCommitted);
        }
    }

    private void mayFail(boolean isCommitted) {
        if (isOut || random.nextDouble() < failures) {
            throw new MillraceException(
                    isCommitted ? ErrorCode.TARGET_CONNECTION_LOST : ErrorCode.TARGET_UNREACHABLE,
                    isCommitted ? "cut behind a commit" : "cut before a commit");
        }
    }

    @Override
    public LaneWriter laneWriter(int lane, List<StructureItem> actions, List<StructureItem> told) {
        return laneWriter(lane);
    }

    @Override
    public LaneWriter laneWriter(int lane) {
        return new LaneWriter() {
            @Override
            public Checkpoint checkpoint() {
                mayFail(false);
                return checkpoints.get(lane);
            }

            @Override
            public ApplyResult apply(Batch batch, Checkpoint expected, Checkpoint next) {
                mayFail(false);
                whileApplying.run();
                Checkpoint standing = checkpoints.get(lane);
                if (standing.epoch() != expected.epoch()
                        || standing.logIndex() != expected.logIndex()
                        || standing.rowsIntoTransaction() != expected.rowsIntoTransaction()
                        || !standing.logId().equals(expected.logId())) {
                    throw new MillraceException(ErrorCode.TARGET_FENCED, "another checkpoint stands here");
                }
                if (isDirty && batch.runCount() > 0) {
                    throw new MillraceException(ErrorCode.DIRTY_LIMIT, "a row cannot be written");
                }
                if (refuse(batch)) {
                    throw new MillraceException(ErrorCode.DIRTY_LIMIT, "rows cannot be written");
                }
                // One that records refuses every order but the source's.
                ApplyResult result = applyRuns(isRecording ? batch.inSourceOrder() : batch);
                checkpoints.set(lane, next);
                applies++;
                if (failuresBehindCommits > 0) {
                    failuresBehindCommits--;
                    throw new MillraceException(ErrorCode.TARGET_CONNECTION_LOST, "cut behind a commit");
                }
                mayFail(true);
                return result;
            }

            @Override
            public void close() {}
        };
    }

    /** Tells the batch, or that in the source's order, of what it may not hold. */
    private boolean refuse(Batch batch) {
        Batch form = batch.isReordered() ? batch.inSourceOrder() : batch;
        int count = 0;
        for (int i = 0; i < form.runCount(); i++) {
            Run run = form.run(i);
            ModelTable model = models.get(run.table().source().table());
            for (int row = 0; row < run.count() && count < form.mostRefusals(); row++) {
                ImageFlyweight image = run.row(row);
                if (run.operation() != RunOperation.DELETE && image.isComplete() && refuses.test(model.decode(image))) {
                    form.refuse(run, row, new Refusal("22001", "22001", "sqlstate=22001"));
                    count++;
                }
            }
        }
        return count > 0;
    }

    private ApplyResult applyRuns(Batch batch) {
        long healedNow = 0;
        long missingNow = 0;
        long fellBackNow = 0;
        for (int i = 0; i < batch.runCount(); i++) {
            Run run = batch.run(i);
            NavigableMap<Object, ModelRow> rows = tables.get(run.table().name());
            ModelTable model = models.get(run.table().source().table());
            if (run.table().key().isEmpty()) {
                if (run.operation() != RunOperation.INSERT) {
                    throw new AssertionError("a row without a key is inserted: " + run.operation());
                }
                for (int row = 0; row < run.count(); row++) {
                    appended.add(appended(model, run.row(row)));
                }
                continue;
            }
            Set<Object> keys = new HashSet<>();
            for (int row = 0; row < run.count(); row++) {
                ImageFlyweight image = run.row(row);
                Object key = model.decodeKey(image);
                if (!keys.add(key)) {
                    throw new AssertionError("a key twice in a run: " + key);
                }
                if (isRecording && run.operation() == RunOperation.REKEY) {
                    statements.add("-" + run.table().name() + " " + model.decodeKey(run.before(row)));
                    image = run.row(row);
                }
                if (isRecording) {
                    statements.add((run.operation() == RunOperation.DELETE ? "-" : "+")
                            + run.table().name() + " " + key);
                }
                Set<Object> marked = marks.get(run.table().name());
                if (run.operation() == RunOperation.MARK) {
                    if (rows.containsKey(key)) {
                        marked.add(key);
                    } else {
                        missingNow++;
                    }
                    continue;
                }
                if (run.operation() == RunOperation.REKEY && marked.remove(key)) {
                    rows.remove(key);
                }
                marked.remove(key);
                if (run.operation() == RunOperation.DELETE) {
                    missingNow += rows.remove(key) == null ? 1 : 0;
                    continue;
                }
                if (run.operation() == RunOperation.REKEY) {
                    rekey(run, row, rows, model);
                    continue;
                }
                boolean mayLack =
                        run.operation() == RunOperation.UPDATE || run.operation() == RunOperation.UPDATE_IF_THERE;
                ModelRow there = rows.get(key);
                if (run.operation() == RunOperation.UPDATE_IF_THERE && there == null) {
                    continue;
                }
                if (mayLack && !image.isComplete()) {
                    if (there != null) {
                        rows.put(key, model.decode(image, there));
                    } else if (run.operation() == RunOperation.UPDATE) {
                        throw new AssertionError("a partial update meets no row: " + key);
                    }
                    continue;
                }
                ModelRow old = rows.put(key, model.decode(image));
                healedNow += run.operation() == RunOperation.UPDATE && old == null ? 1 : 0;
                fellBackNow += run.operation() == RunOperation.INSERT && old != null ? 1 : 0;
            }
        }
        healed += healedNow;
        missing += missingNow;
        fellBack += fellBackNow;
        return new ApplyResult(healedNow, missingNow, fellBackNow);
    }

    private static void rekey(Run run, int row, NavigableMap<Object, ModelRow> rows, ModelTable model) {
        if (run.count() != 1) {
            throw new AssertionError("changes of keys come one by one");
        }
        ModelRow old = rows.remove(model.decodeKey(run.before(row)));
        if (old == null && run.makesNoRow()) {
            return;
        }
        ModelRow moved = model.decode(run.row(row), old);
        if (rows.put(moved.key(), moved) != null) {
            throw new AssertionError("a key change meets another row: " + moved.key());
        }
    }

    /** A table of a group that is not committed yet. */
    private record Loaded(LedgerEntry entry, TargetTable table, List<ModelRow> rows) {}

    @Override
    public Set<TableId> referring(Collection<TableId> names) {
        return Set.of();
    }

    @Override
    public long estimatedRows(TableId table) {
        return tables.get(table).size();
    }

    @Override
    public boolean isOrdered(TargetTable table) {
        return isOrdered && KeyRange.isOfNumbers(table);
    }

    @Override
    public List<String> emptying(Collection<TableId> names) {
        return List.of();
    }

    @Override
    public ChunkWriter chunkWriter() {
        return new ChunkWriter() {
            private boolean doesOverwrite;
            private List<TargetTable> replaced = List.of();
            private Predicate<Object> isReplaced = key -> true;
            private List<TargetTable> removing = List.of();
            private final List<ModelRow> rows = new ArrayList<>();
            private final List<Appended> loaded = new ArrayList<>();
            private final List<Loaded> earlier = new ArrayList<>();
            private TargetTable table;
            private RowRefusals refusals;
            private int number;

            @Override
            public void leaveOut(RowRefusals some) {
                refusals = some;
            }

            @Override
            public void overwrite() {
                doesOverwrite = true;
            }

            @Override
            public void replace(List<TargetTable> some, Optional<KeyBound> lower, Optional<KeyBound> upper) {
                replaced = some;
                ModelTable model = models.get(some.get(0).source().table());
                isReplaced = key -> lower.map(
                                        end -> (Long) key > (Long) model.decodeKey(end.wrap(new ImageFlyweight())))
                                .orElse(true)
                        && upper.map(end -> (Long) key <= (Long) model.decodeKey(end.wrap(new ImageFlyweight())))
                                .orElse(true);
            }

            @Override
            public void begin(TargetTable target) {
                mayFail(false);
                removing = replaced;
                replaced = List.of();
                table = target;
                rows.clear();
                loaded.clear();
                earlier.clear();
            }

            @Override
            public void row(ImageFlyweight image) {
                mayFail(false);
                if (table.key().isEmpty()) {
                    loaded.add(appended(models.get(table.source().table()), image));
                    return;
                }
                ModelRow row = models.get(table.source().table()).decode(image);
                if (!refuses.test(row)) {
                    rows.add(row);
                } else if (refusals != null) {
                    refusals.refuse(number++, image, new Refusal("22001", "22001", "sqlstate=22001"));
                } else {
                    throw new MillraceException(ErrorCode.DIRTY_LIMIT, "a row of a chunk cannot be written");
                }
            }

            @Override
            public void proceed(LedgerEntry done, TargetTable next) {
                mayFail(false);
                earlier.add(new Loaded(done, table, List.copyOf(rows)));
                table = next;
                rows.clear();
            }

            @Override
            public void commit(LedgerEntry entry, long epoch) {
                mayFail(false);
                if (number > 0 && dirtyChunksCut > 0) {
                    dirtyChunksCut--;
                    throw new MillraceException(ErrorCode.TARGET_UNREACHABLE, "cut before a chunk's commit");
                }
                if (checkpoints.stream().anyMatch(each -> each.epoch() != epoch)) {
                    throw new MillraceException(ErrorCode.TARGET_FENCED, "another epoch stands here");
                }
                removing.forEach(each -> tables.get(each.name()).keySet().removeIf(isReplaced));
                for (Loaded each : earlier) {
                    commit(each.entry(), epoch, each.table(), each.rows());
                }
                commit(entry, epoch, table, rows);
                earlier.clear();
                mayFail(true);
            }

            private void commit(LedgerEntry entry, long epoch, TargetTable table, List<ModelRow> rows) {
                if (checkpoints.stream().anyMatch(each -> each.epoch() != epoch)) {
                    throw new MillraceException(ErrorCode.TARGET_FENCED, "another epoch stands here");
                }
                if (ledger.stream()
                        .anyMatch(each -> each.source().equals(entry.source()) && each.number() == entry.number())) {
                    throw new MillraceException(ErrorCode.TARGET_FAILED, "a chunk twice");
                }
                appended.addAll(loaded);
                NavigableMap<Object, ModelRow> target = tables.get(table.name());
                for (ModelRow row : rows) {
                    if (target.put(row.key(), row) != null && !doesOverwrite) {
                        throw new AssertionError("a chunk's row is there already: key=" + row.key());
                    }
                }
                ledger.add(entry);
            }

            @Override
            public void rollback() {}

            @Override
            public void close() {}
        };
    }

    @Override
    public void close() {}
}
