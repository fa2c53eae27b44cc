package io.millrace.wal.write;

import io.millrace.schema.TableId;
import io.millrace.schema.TableSchema;
import io.millrace.wal.codec.SchemaCodec;
import java.util.HashMap;
import java.util.Map;

/**
 * The table numbers of a log: each version of a table's shape has one, never used again in this log.
 *
 * <p>Confined to the sink's thread.
 */
final class SchemaRegistry {
    /** A version of a table. */
    static final class Entry {
        final int number;
        final TableSchema schema;
        final byte[] encoded;
        private int writtenInCycle = -1;
        private int writtenInGeneration;

        Entry(int number, TableSchema schema) {
            this.number = number;
            this.schema = schema;
            encoded = SchemaCodec.encode(schema);
        }
    }

    private final Map<TableId, Entry> newest = new HashMap<>();
    private final Map<TableId, Long> lastFrames = new HashMap<>();
    private Entry[] entries = new Entry[64];
    private int generation;
    private int nextNumber = 1;

    int nextNumber() {
        return nextNumber;
    }

    /** What an earlier run wrote. */
    void restore(int number, TableSchema schema, long index) {
        put(new Entry(number, schema));
        lastFrames.put(schema.table(), index);
        reserve(number + 1);
    }

    void reserve(int number) {
        nextNumber = Math.max(nextNumber, number);
    }

    int announce(TableSchema schema) {
        Entry known = newest.get(schema.table());
        if (known != null && known.schema.hasShapeOf(schema)) {
            return known.number;
        }
        int version = known == null ? 1 : known.schema.version() + 1;
        Entry entry = new Entry(nextNumber++, new TableSchema(schema.table(), version, schema.columns(), schema.key()));
        put(entry);
        return entry.number;
    }

    private void put(Entry entry) {
        if (entry.number >= entries.length) {
            Entry[] larger = new Entry[Math.max(entries.length * 2, entry.number + 1)];
            System.arraycopy(entries, 0, larger, 0, entries.length);
            entries = larger;
        }
        entries[entry.number] = entry;
        newest.put(entry.schema.table(), entry);
    }

    /** The version of a number, or null. */
    Entry entry(int number) {
        return number > 0 && number < entries.length ? entries[number] : null;
    }

    /** Frames that were written may be gone: each shape is written again before its next row. */
    void forgetFile() {
        generation++;
    }

    boolean isWritten(Entry entry, int cycle) {
        return entry.writtenInCycle == cycle && entry.writtenInGeneration == generation;
    }

    void written(Entry entry, int cycle) {
        entry.writtenInCycle = cycle;
        entry.writtenInGeneration = generation;
    }

    /** Where the table's last SCHEMA frame stands, or -1; from now on it is at {@code index}. */
    long replaceLastFrame(Entry entry, long index) {
        Long previous = lastFrames.put(entry.schema.table(), index);
        return previous == null ? -1 : previous;
    }
}
