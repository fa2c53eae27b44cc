package io.millrace.reader.postgres.stream;

import io.millrace.reader.postgres.value.BinaryDecoder;
import io.millrace.reader.postgres.value.ValueDecoder;
import io.millrace.row.KeyHasher;
import io.millrace.schema.TableSchema;

/** A table as the stream's last Relation message has it, compiled for its rows. Immutable. */
final class Relation {
    private final TableSchema schema;
    private final int tableNumber;
    private final ValueDecoder[] decoders;
    private final BinaryDecoder[] binary;
    private final boolean[] isIdentity;
    private final int[] key;
    private final KeyHasher hasher;

    /**
     * Compiles a shape.
     *
     * @param tableNumber the sink's
     * @param isIdentity by column, whether the WAL has it of a deleted row; not written any more
     * @param binary by column, how its binary form is read; none where the stream is text; not written any more
     */
    Relation(TableSchema schema, int tableNumber, boolean[] isIdentity, BinaryDecoder[] binary) {
        this.schema = schema;
        this.tableNumber = tableNumber;
        this.isIdentity = isIdentity;
        this.binary = binary;
        decoders = schema.columns().stream()
                .map(column -> ValueDecoder.of(column.type()))
                .toArray(ValueDecoder[]::new);
        key = schema.key().stream().mapToInt(Integer::intValue).toArray();
        hasher = KeyHasher.of(schema);
    }

    TableSchema schema() {
        return schema;
    }

    int tableNumber() {
        return tableNumber;
    }

    int columnCount() {
        return decoders.length;
    }

    ValueDecoder decoder(int column) {
        return decoders[column];
    }

    /** Null where the stream is text. */
    BinaryDecoder binary(int column) {
        return binary.length == 0 ? null : binary[column];
    }

    boolean isIdentity(int column) {
        return isIdentity[column];
    }

    int keyCount() {
        return key.length;
    }

    /** The column of a part of the key. */
    int keyColumn(int part) {
        return key[part];
    }

    KeyHasher hasher() {
        return hasher;
    }
}
