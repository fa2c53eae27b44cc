package io.millrace.dirty;

import io.millrace.position.TransactionId;
import io.millrace.schema.TableId;
import io.millrace.schema.TableSchema;
import io.millrace.writer.Refusal;
import io.millrace.writer.RunOperation;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.UUID;
import java.util.function.IntFunction;

/** The bodies of records: {@link DirtyFileDescriptor} draws them. Stateless. */
final class DirtyCodec {
    private DirtyCodec() {}

    static void writeRow(DataOutputStream out, long number, int schema, DirtyRow row) throws IOException {
        out.writeLong(number);
        writePlace(out, row.place());
        out.write(row.transaction());
        out.writeLong(row.ordinal());
        writeText(out, row.position());
        out.writeLong(row.commitTimeMicros());
        out.writeInt(schema);
        writeText(out, row.target().namespace());
        writeText(out, row.target().name());
        writeText(out, row.operation().name());
        out.writeBoolean(row.haveKeysRested());
        writeText(out, row.why().error());
        writeText(out, row.why().sqlState());
        writeText(out, row.why().reason());
        out.writeLong(row.storedMillis());
        writeBytes(out, row.before());
        writeBytes(out, row.image());
    }

    /** Reads what follows a row's number. */
    static DirtyRow readRow(DataInputStream in, IntFunction<TableSchema> schemas) throws IOException {
        DirtyPlace place = readPlace(in);
        byte[] transaction = readFully(in, TransactionId.LENGTH);
        long ordinal = in.readLong();
        String position = readText(in);
        long commitTimeMicros = in.readLong();
        TableSchema schema = schemas.apply(in.readInt());
        if (schema == null) {
            throw new IOException("a row's schema is missing");
        }
        TableId target = new TableId(readText(in), readText(in));
        RunOperation operation = operation(readText(in));
        boolean haveKeysRested = in.readBoolean();
        Refusal why = new Refusal(readText(in), readText(in), readText(in));
        long storedMillis = in.readLong();
        byte[] before = readBytes(in);
        return new DirtyRow(
                place,
                transaction,
                ordinal,
                position,
                commitTimeMicros,
                schema,
                target,
                operation,
                readBytes(in),
                before,
                haveKeysRested,
                why,
                storedMillis);
    }

    private static RunOperation operation(String name) throws IOException {
        try {
            return RunOperation.valueOf(name);
        } catch (IllegalArgumentException e) {
            throw new IOException("unknown operation: name=" + name, e);
        }
    }

    static void writePlace(DataOutputStream out, DirtyPlace place) throws IOException {
        out.writeLong(place.logId().getMostSignificantBits());
        out.writeLong(place.logId().getLeastSignificantBits());
        out.writeLong(place.logIndex());
        out.writeLong(place.row());
        out.writeBoolean(place.isOldKey());
    }

    static DirtyPlace readPlace(DataInputStream in) throws IOException {
        return new DirtyPlace(new UUID(in.readLong(), in.readLong()), in.readLong(), in.readLong(), in.readBoolean());
    }

    private static void writeText(DataOutputStream out, String text) throws IOException {
        writeBytes(out, text.getBytes(StandardCharsets.UTF_8));
    }

    private static String readText(DataInputStream in) throws IOException {
        return new String(readBytes(in), StandardCharsets.UTF_8);
    }

    static void writeBytes(DataOutputStream out, byte[] bytes) throws IOException {
        out.writeInt(bytes.length);
        out.write(bytes);
    }

    static byte[] readBytes(DataInputStream in) throws IOException {
        return readFully(in, in.readInt());
    }

    private static byte[] readFully(DataInputStream in, int length) throws IOException {
        if (length < 0 || length > in.available()) {
            throw new IOException("a record ends early: need=" + length + ", got=" + in.available());
        }
        return in.readNBytes(length);
    }
}
