package io.millrace.pipeline;

import io.millrace.error.ErrorCode;
import io.millrace.error.Finding;
import io.millrace.error.MillraceException;
import io.millrace.pipeline.ModelSource.ModelRow;
import io.millrace.row.ImageFlyweight;
import io.millrace.schema.Column;
import io.millrace.schema.TableId;
import io.millrace.schema.TableSchema;
import io.millrace.writer.Checkpoint;
import io.millrace.writer.ChunkWriter;
import io.millrace.writer.ControlStore;
import io.millrace.writer.DdlRecord;
import io.millrace.writer.FollowedTable;
import io.millrace.writer.KeyRange;
import io.millrace.writer.LaneWriter;
import io.millrace.writer.LedgerEntry;
import io.millrace.writer.Partitioning;
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
public final class ModelTarget implements Target {
    public final NavigableMap<TableId, NavigableMap<Object, ModelRow>> tables = new TreeMap<>();
    public final List<Checkpoint> checkpoints = new ArrayList<>();
    public final List<LedgerEntry> ledger = new ArrayList<>();
    final Map<TableId, FollowedTable> followed = new TreeMap<>();
    final List<DdlRecord> ddl = new ArrayList<>();
    public final Set<TableId> tied = new HashSet<>();
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

    static Appended appended(ModelTable model, ImageFlyweight image) {
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
    public final Map<TableId, List<LocalDateTime>> partitions = new TreeMap<>();

    public final Set<TableId> undivided = new HashSet<>();
    public int partitionQuestions;

    final List<StructureItem> pending = new ArrayList<>();
    final List<StructureItem> made = new ArrayList<>();
    /** Each row that was written, in order, where {@link #isRecording}. */
    final List<String> statements = new ArrayList<>();

    boolean isRecording;
    final Map<TableId, ModelTable> models = new TreeMap<>();
    private final Random random;
    double failures;
    /** Of what is asked and done while a session is opened. */
    double openingFailures;

    int failuresBehindCommits;
    /** Commits that do not come through of chunks that left rows out. */
    int dirtyChunksCut;

    public boolean isOut;
    boolean isDirty;
    /** Whether ranges of numbers are the same here as at the source. */
    boolean isOrdered = true;
    /** Rows that the server refuses for their own sake. */
    Predicate<ModelRow> refuses = row -> false;

    public Runnable whileApplying = () -> {};
    Runnable whileMaking = () -> {};
    long applies;
    long rests;
    long healed;
    long missing;
    long fellBack;

    public ModelTarget(Random random) {
        this.random = random;
    }

    public void knows(ModelTable table) {
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
        whileMaking.run();
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
    public Optional<String> obstacle(List<TargetChange> changes) {
        return Optional.empty();
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
        return new ModelControlStore(this);
    }

    void mayFailOpening(boolean isCommitted) {
        if (openingFailures > 0) {
            mayFail(isCommitted);
        }
    }

    void mayFail(boolean isCommitted) {
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
        return new ModelLaneWriter(this, lane);
    }

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
        return new ModelChunkWriter(this);
    }

    @Override
    public void close() {}
}
