package io.millrace.dirty;

import io.millrace.error.ErrorCode;
import io.millrace.error.MillraceException;
import io.millrace.position.TransactionId;
import io.millrace.schema.TableId;
import io.millrace.schema.TableSchema;
import io.millrace.wal.codec.SchemaCodec;
import java.io.ByteArrayInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * A task's dirty rows, in one file of its data directory. What is added or marked is on disk when the call returns. Rows are known
 * again by their place, so that one which is added twice is there once. Images stay on disk until somebody asks. Not thread-safe;
 * the data directory's lock keeps other processes out.
 */
public final class DirtyStore implements AutoCloseable {
    /** Bytes of the file, at the most. */
    public static final long MOST_BYTES = 1L << 30;

    /** Rows in the file, at the most: they are listed in memory. */
    public static final int MOST_ROWS = 100_000;

    private static final int BLOCK_BYTES = 4 << 20;

    private final Path path;
    private final long mostBytes;
    private final Map<Long, StoredRow> rows = new TreeMap<>();
    private final Map<Long, DirtyBlock.Extent> extents = new HashMap<>();
    private final Map<DirtyPlace, Long> byPlace = new HashMap<>();
    private final Map<String, Long> byTransaction = new HashMap<>();
    private final Map<DirtyPlace, Set<Long>> byOvertaker = new HashMap<>();
    private List<TableSchema> schemas = List.of();
    private DirtyFile file;
    private long next = 1;

    /**
     * A change of what the store knows of a row.
     *
     * @param by the change that overtook it; of an open row where it was met last
     */
    public record Mark(long number, DirtyState state, DirtyPlace by) {}

    private DirtyStore(Path path, long mostBytes) {
        this.path = path;
        this.mostBytes = mostBytes;
    }

    /**
     * Reads what is there; makes nothing.
     *
     * @param directory the task's data directory
     */
    public static DirtyStore open(Path directory) {
        return open(directory, MOST_BYTES);
    }

    static DirtyStore open(Path directory, long mostBytes) {
        return of(directory, mostBytes, DirtyFile.Mode.OWN);
    }

    /** The same, to be looked at only: another process may add to it meanwhile. */
    public static DirtyStore look(Path directory) {
        return of(directory, MOST_BYTES, DirtyFile.Mode.LOOK);
    }

    private static DirtyStore of(Path directory, long mostBytes, DirtyFile.Mode mode) {
        DirtyStore store = new DirtyStore(directory.resolve("dirty").resolve("rows"), mostBytes);
        store.read(mode);
        return store;
    }

    private void read(DirtyFile.Mode mode) {
        file = new DirtyFile(path);
        file.read(this::onBlock, mode);
    }

    private void onBlock(long offset, byte[] records) throws IOException {
        ByteArrayInputStream bytes = new ByteArrayInputStream(records);
        DataInputStream in = new DataInputStream(bytes);
        while (in.available() > 0) {
            byte kind = in.readByte();
            int length = in.readInt();
            int start = records.length - in.available();
            if (length < 0 || length > in.available()) {
                throw new IOException("a record ends early: need=" + length + ", got=" + in.available());
            }
            onRecord(kind, offset + start, in.readNBytes(length));
        }
    }

    private void onRecord(byte kind, long offset, byte[] body) throws IOException {
        DataInputStream in = new DataInputStream(new ByteArrayInputStream(body));
        switch (kind) {
            case DirtyFileDescriptor.SCHEMA -> {
                if (in.readInt() != schemas.size()) {
                    throw new IOException("a schema is out of order");
                }
                List<TableSchema> more = new ArrayList<>(schemas);
                more.add(SchemaCodec.decode(DirtyCodec.readBytes(in)));
                schemas = List.copyOf(more);
            }
            case DirtyFileDescriptor.ROW -> {
                long number = in.readLong();
                keep(number, DirtyCodec.readRow(in, this::schema), new DirtyBlock.Extent(offset, body.length));
            }
            case DirtyFileDescriptor.MARK ->
                apply(new Mark(in.readLong(), state(in.readByte()), DirtyCodec.readPlace(in)));
            case DirtyFileDescriptor.NEXT -> next = Math.max(next, in.readLong());
            default -> throw new IOException("unknown record: kind=" + kind);
        }
    }

    private static DirtyState state(int code) throws IOException {
        Optional<DirtyState> state = DirtyState.of(code);
        if (state.isEmpty()) {
            throw new IOException("unknown state: code=" + code);
        }
        return state.get();
    }

    private TableSchema schema(int number) {
        return number >= 0 && number < schemas.size() ? schemas.get(number) : null;
    }

    private void keep(long number, DirtyRow row, DirtyBlock.Extent extent) {
        rows.put(number, StoredRow.open(number, row));
        extents.put(number, extent);
        byPlace.put(row.place(), number);
        transactionKey(row).ifPresent(key -> byTransaction.put(key, number));
        next = Math.max(next, number + 1);
    }

    /** A log that was filled anew holds the same change at another place. */
    private static Optional<String> transactionKey(DirtyRow row) {
        TransactionId transaction = new TransactionId().decode(new UnsafeBuffer(row.transaction()), 0);
        if (transaction.kind == TransactionId.KIND_NONE && transaction.endPosition == 0) {
            return Optional.empty();
        }
        return Optional.of(transaction + " " + row.ordinal() + " " + row.place().isOldKey());
    }

    private void apply(Mark mark) {
        StoredRow row = rows.get(mark.number());
        if (row != null) {
            StoredRow next = row.with(mark.state(), mark.by());
            rows.put(mark.number(), next);
            row.overtakenBy()
                    .ifPresent(by -> byOvertaker.computeIfPresent(by, (place, numbers) -> {
                        numbers.remove(mark.number());
                        return numbers.isEmpty() ? null : numbers;
                    }));
            next.overtakenBy()
                    .ifPresent(by -> byOvertaker
                            .computeIfAbsent(by, place -> new TreeSet<>())
                            .add(mark.number()));
            if (mark.state() == DirtyState.OPEN) {
                byPlace.put(mark.by(), mark.number());
            }
        }
    }

    /** In the order in which they were stored. */
    public List<StoredRow> rows() {
        return List.copyOf(rows.values());
    }

    /** What is known of a row; empty where there is none of that number. */
    public Optional<StoredRow> row(long number) {
        return Optional.ofNullable(rows.get(number));
    }

    public int count() {
        return rows.size();
    }

    /** The row with its images; empty where there is none of that number. */
    public Optional<DirtyRow> read(long number) {
        DirtyBlock.Extent extent = extents.get(number);
        if (extent == null) {
            return Optional.empty();
        }
        try {
            DataInputStream in =
                    new DataInputStream(new ByteArrayInputStream(file.bytes(extent.offset(), extent.length())));
            in.readLong();
            return Optional.of(DirtyCodec.readRow(in, this::schema));
        } catch (IOException e) {
            throw new MillraceException(
                    ErrorCode.DIRTY_STORE_DAMAGED, "a dirty row cannot be read: number=" + number, e);
        }
    }

    /** Whether the change is stored, at this place or at that of an older log. */
    boolean has(DirtyRow row) {
        return find(row).isPresent();
    }

    /** A change at its place, or at that of an older log. */
    private Optional<Long> find(DirtyRow row) {
        Long number = byPlace.get(row.place());
        return number != null ? Optional.of(number) : transactionKey(row).map(byTransaction::get);
    }

    /**
     * Stores rows, all or none. One that is there already is open again: what has come behind it will come again. So is a row that
     * one of these was said to have overtaken.
     *
     * @return those that were not there, with their numbers, and those that are open again
     * @throws MillraceException with DIRTY_STORE_FULL
     */
    List<StoredRow> add(List<DirtyRow> some) {
        DirtyBlock block = new DirtyBlock(schemas);
        List<Mark> marks = new ArrayList<>();
        Map<Long, DirtyRow> added = new TreeMap<>();
        Map<Long, DirtyBlock.Extent> places = new HashMap<>();
        Set<DirtyPlace> seen = new HashSet<>();
        long number = next;
        for (DirtyRow row : some) {
            Optional<Long> there = find(row);
            there.ifPresent(old -> marks.add(new Mark(old, DirtyState.OPEN, row.place())));
            for (long old : byOvertaker.getOrDefault(row.place(), Set.of())) {
                marks.add(new Mark(old, DirtyState.OPEN, rows.get(old).place()));
            }
            if (there.isEmpty() && seen.add(row.place())) {
                places.put(number, block.row(number, row));
                added.put(number++, row);
            }
        }
        marks.forEach(block::mark);
        if (block.length() == 0) {
            return List.of();
        }
        requireRoom(added.size(), block.length());
        long start = file.append(block.bytes());
        schemas = block.schemas();
        added.forEach((at, row) -> keep(
                at,
                row,
                new DirtyBlock.Extent(
                        start + places.get(at).offset(), places.get(at).length())));
        marks.forEach(this::apply);
        return Stream.concat(added.keySet().stream().map(rows::get), rowsOf(marks).stream())
                .toList();
    }

    private List<StoredRow> rowsOf(List<Mark> marks) {
        return marks.stream()
                .map(Mark::number)
                .distinct()
                .map(rows::get)
                .filter(Objects::nonNull)
                .toList();
    }

    private void requireRoom(int more, int bytes) {
        if (rows.size() + more > MOST_ROWS || file.length() + bytes > mostBytes) {
            throw new MillraceException(
                    ErrorCode.DIRTY_STORE_FULL,
                    "no room for more dirty rows: file=" + path + ", rows=" + rows.size() + ", bytes=" + file.length()
                            + ", mostRows=" + MOST_ROWS + ", mostBytes=" + mostBytes);
        }
    }

    /** Says of rows what has become of them. Returns these as they are now. */
    List<StoredRow> mark(List<Mark> marks) {
        DirtyBlock block = new DirtyBlock(schemas);
        marks.forEach(block::mark);
        file.append(block.bytes());
        marks.forEach(this::apply);
        return rowsOf(marks);
    }

    /** Says the same of all rows of some source tables whose fate is not settled yet, durably. Returns these as they are now. */
    public List<StoredRow> settle(Set<TableId> tables, DirtyState state) {
        List<Mark> marks = rows().stream()
                .filter(row -> row.state() != DirtyState.OVERTAKEN
                        && row.state() != state
                        && tables.contains(row.head().schema().table()))
                .map(row -> new Mark(row.number(), state, row.head().place()))
                .toList();
        return marks.isEmpty() ? List.of() : mark(marks);
    }

    /** Removes rows and gives their room back: the file is written anew beside itself and takes its own place. */
    public void remove(Collection<Long> numbers) {
        Set<Long> gone = Set.copyOf(numbers);
        DirtyFile fresh = new DirtyFile(path.resolveSibling("rows.new"));
        fresh.delete();
        DirtyBlock block = new DirtyBlock(List.of());
        block.next(next);
        for (StoredRow row : rows()) {
            if (gone.contains(row.number())) {
                continue;
            }
            block.row(row.number(), read(row.number()).orElseThrow());
            if (!row.place().equals(row.head().place())) {
                block.mark(new Mark(row.number(), DirtyState.OPEN, row.place()));
            }
            row.overtakenBy().ifPresent(by -> block.mark(new Mark(row.number(), row.state(), by)));
            if (block.length() > BLOCK_BYTES) {
                fresh.append(block.bytes());
                block.begin();
            }
        }
        if (block.length() > 0) {
            fresh.append(block.bytes());
        }
        fresh.replace(file);
        rows.clear();
        extents.clear();
        byPlace.clear();
        byTransaction.clear();
        byOvertaker.clear();
        schemas = List.of();
        read(DirtyFile.Mode.OWN);
    }

    @Override
    public void close() {
        file.close();
    }
}
