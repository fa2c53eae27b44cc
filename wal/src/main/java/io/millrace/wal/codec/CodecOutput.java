package io.millrace.wal.codec;

import io.millrace.error.ErrorCode;
import io.millrace.error.MillraceException;
import io.millrace.schema.TableId;
import io.millrace.schema.TableIndex;
import io.millrace.schema.TableSchema;
import io.millrace.schema.TableState;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.function.BiConsumer;

/** Writes the small parts of which rare frames' bodies are made. The other half is {@link CodecInput}. */
public final class CodecOutput {
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final DataOutputStream out = new DataOutputStream(bytes);

    private interface Write {
        void run() throws IOException;
    }

    private CodecOutput write(Write write) {
        try {
            write.run();
            return this;
        } catch (IOException e) {
            throw new MillraceException(ErrorCode.INVARIANT, "cannot write into memory", e);
        }
    }

    public byte[] bytes() {
        return bytes.toByteArray();
    }

    CodecOutput kind(int kind) {
        return write(() -> out.writeByte(kind));
    }

    CodecOutput flag(boolean flag) {
        return write(() -> out.writeBoolean(flag));
    }

    CodecOutput count(int count) {
        return write(() -> out.writeInt(count));
    }

    CodecOutput number(long number) {
        return write(() -> out.writeLong(number));
    }

    public CodecOutput text(String text) {
        return block(text.getBytes(StandardCharsets.UTF_8));
    }

    private CodecOutput block(byte[] block) {
        return write(() -> {
            out.writeInt(block.length);
            out.write(block);
        });
    }

    public CodecOutput table(TableId table) {
        return text(table.namespace()).text(table.name());
    }

    public CodecOutput part(TableIndex.Part part) {
        return text(part.column()).count(part.prefix());
    }

    CodecOutput schema(TableSchema schema) {
        return block(SchemaCodec.encode(schema));
    }

    public CodecOutput state(TableState state) {
        schema(state.schema()).text(state.collation());
        return list(state.indexes(), (self, index) -> {
            text(index.name()).flag(index.isUnique());
            list(index.parts(), CodecOutput::part);
        });
    }

    public <T> CodecOutput list(List<T> list, BiConsumer<CodecOutput, T> writer) {
        count(list.size());
        list.forEach(each -> writer.accept(this, each));
        return this;
    }

    <T> CodecOutput optional(Optional<T> value, BiConsumer<CodecOutput, T> writer) {
        flag(value.isPresent());
        value.ifPresent(each -> writer.accept(this, each));
        return this;
    }
}
