package io.millrace.wal.codec;

import io.millrace.schema.TableId;
import io.millrace.schema.TableIndex;
import io.millrace.schema.TableSchema;
import io.millrace.schema.TableState;
import java.io.ByteArrayInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Reads what {@link CodecOutput} wrote. Lengths are checked before they are believed. */
public final class CodecInput {
    private final DataInputStream in;

    public CodecInput(byte[] bytes) {
        in = new DataInputStream(new ByteArrayInputStream(bytes));
    }

    /** Reads one element. */
    public interface Reader<T> {
        T read(CodecInput in) throws IOException;
    }

    int kind() throws IOException {
        return in.readUnsignedByte();
    }

    boolean flag() throws IOException {
        return in.readBoolean();
    }

    int count() throws IOException {
        return in.readInt();
    }

    long number() throws IOException {
        return in.readLong();
    }

    public String text() throws IOException {
        return new String(block(), StandardCharsets.UTF_8);
    }

    private byte[] block() throws IOException {
        int length = in.readInt();
        if (length < 0 || length > in.available()) {
            throw new IOException("text ends early: need=" + length + ", got=" + in.available());
        }
        return in.readNBytes(length);
    }

    public TableId table() throws IOException {
        return new TableId(text(), text());
    }

    TableIndex.Part part() throws IOException {
        return new TableIndex.Part(text(), count());
    }

    TableSchema schema() throws IOException {
        return SchemaCodec.decode(block());
    }

    public TableState state() throws IOException {
        return new TableState(schema(), text(), list(each -> new TableIndex(text(), flag(), list(CodecInput::part))));
    }

    public <T> List<T> list(Reader<T> reader) throws IOException {
        int size = in.readInt();
        if (size < 0 || size > in.available()) {
            throw new IOException("list ends early: need=" + size + ", got=" + in.available());
        }
        List<T> list = new ArrayList<>(size);
        for (int i = 0; i < size; i++) {
            list.add(reader.read(this));
        }
        return list;
    }

    <T> Optional<T> optional(Reader<T> reader) throws IOException {
        return flag() ? Optional.of(reader.read(this)) : Optional.empty();
    }
}
