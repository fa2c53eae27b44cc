package io.millrace.dirty;

import io.millrace.error.ErrorCode;
import io.millrace.error.MillraceException;
import io.millrace.schema.TableSchema;
import io.millrace.wal.codec.SchemaCodec;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** Gathers the records of one block: {@link DirtyFileDescriptor} draws them. Confined to one thread. */
final class DirtyBlock {
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final DataOutputStream out = new DataOutputStream(bytes);
    private final List<TableSchema> schemas;

    /** Where a record's body lies. */
    record Extent(long offset, int length) {}

    /**
     * An empty block.
     *
     * @param schemas those that the file has before it
     */
    DirtyBlock(List<TableSchema> schemas) {
        this.schemas = new ArrayList<>(schemas);
    }

    /** Writes a body. */
    private interface Body {
        void write(DataOutputStream out) throws IOException;
    }

    private Extent record(byte kind, Body body) {
        try {
            ByteArrayOutputStream inner = new ByteArrayOutputStream();
            body.write(new DataOutputStream(inner));
            out.writeByte(kind);
            out.writeInt(inner.size());
            inner.writeTo(out);
            return new Extent(bytes.size() - inner.size(), inner.size());
        } catch (IOException e) {
            throw new MillraceException(ErrorCode.INVARIANT, "cannot write into memory", e);
        }
    }

    /** Adds a row, and its schema where the file does not have it; where its body lies from the block's first record. */
    Extent row(long number, DirtyRow row) {
        int known = schemas.indexOf(row.schema());
        int schema = known < 0 ? schemas.size() : known;
        if (known < 0) {
            schemas.add(row.schema());
            record(DirtyFileDescriptor.SCHEMA, body -> {
                body.writeInt(schema);
                DirtyCodec.writeBytes(body, SchemaCodec.encode(row.schema()));
            });
        }
        return record(DirtyFileDescriptor.ROW, body -> DirtyCodec.writeRow(body, number, schema, row));
    }

    void mark(DirtyStore.Mark mark) {
        record(DirtyFileDescriptor.MARK, body -> {
            body.writeLong(mark.number());
            body.writeByte(mark.state().code());
            DirtyCodec.writePlace(body, mark.by());
        });
    }

    void next(long number) {
        record(DirtyFileDescriptor.NEXT, body -> body.writeLong(number));
    }

    /** Starts the next block, behind this one. */
    void begin() {
        bytes.reset();
    }

    int length() {
        return bytes.size();
    }

    byte[] bytes() {
        return bytes.toByteArray();
    }

    /** Those of the file once it has this block. */
    List<TableSchema> schemas() {
        return List.copyOf(schemas);
    }
}
