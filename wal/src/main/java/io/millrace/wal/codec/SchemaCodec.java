package io.millrace.wal.codec;

import io.millrace.error.ErrorCode;
import io.millrace.error.MillraceException;
import io.millrace.schema.Column;
import io.millrace.schema.ColumnType;
import io.millrace.schema.TableId;
import io.millrace.schema.TableSchema;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * A table's shape as bytes, in the body of a SCHEMA frame and in other files of a task. Here alone numbers are big-endian, as DataOutput writes them.
 *
 * <pre>
 *  schema  text namespace, text name, int version, int columns, column …, int keys, int column position …
 *  column  text name, text type, text source type, byte nullable, int length, int scale, text collation,
 *          int members, text …, byte generated
 *  text    int length in bytes, UTF-8
 * </pre>
 */
public final class SchemaCodec {
    private SchemaCodec() {}

    public static byte[] encode(TableSchema schema) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (DataOutputStream out = new DataOutputStream(bytes)) {
            writeText(out, schema.table().namespace());
            writeText(out, schema.table().name());
            out.writeInt(schema.version());
            out.writeInt(schema.columns().size());
            for (Column column : schema.columns()) {
                writeText(out, column.name());
                writeText(out, column.type().name());
                writeText(out, column.sourceType());
                out.writeBoolean(column.nullable());
                out.writeInt(column.length());
                out.writeInt(column.scale());
                writeText(out, column.collation());
                out.writeInt(column.members().size());
                for (String member : column.members()) {
                    writeText(out, member);
                }
                out.writeBoolean(column.generated());
            }
            out.writeInt(schema.key().size());
            for (int column : schema.key()) {
                out.writeInt(column);
            }
        } catch (IOException e) {
            throw new MillraceException(ErrorCode.INVARIANT, "cannot write into memory", e);
        }
        return bytes.toByteArray();
    }

    /**
     * Reads what {@link #encode} wrote.
     *
     * @throws MillraceException with LOG_DAMAGED for anything else
     */
    public static TableSchema decode(byte[] bytes) {
        try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes))) {
            TableId table = new TableId(readText(in), readText(in));
            int version = in.readInt();
            int columnCount = in.readInt();
            List<Column> columns = new ArrayList<>();
            for (int i = 0; i < columnCount; i++) {
                columns.add(readColumn(in));
            }
            int keyCount = in.readInt();
            List<Integer> key = new ArrayList<>();
            for (int i = 0; i < keyCount; i++) {
                key.add(in.readInt());
            }
            return new TableSchema(table, version, columns, key);
        } catch (IOException | IllegalArgumentException e) {
            throw new MillraceException(ErrorCode.LOG_DAMAGED, "cannot decode SCHEMA: length=" + bytes.length, e);
        }
    }

    private static Column readColumn(DataInputStream in) throws IOException {
        String name = readText(in);
        ColumnType type = ColumnType.valueOf(readText(in).toUpperCase(Locale.ROOT));
        String sourceType = readText(in);
        boolean nullable = in.readBoolean();
        int length = in.readInt();
        int scale = in.readInt();
        String collation = readText(in);
        int memberCount = in.readInt();
        List<String> members = new ArrayList<>();
        for (int i = 0; i < memberCount; i++) {
            members.add(readText(in));
        }
        return new Column(name, type, sourceType, nullable, length, scale, collation, members, in.readBoolean());
    }

    private static void writeText(DataOutputStream out, String text) throws IOException {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        out.writeInt(bytes.length);
        out.write(bytes);
    }

    private static String readText(DataInputStream in) throws IOException {
        int length = in.readInt();
        byte[] bytes = in.readNBytes(length);
        if (bytes.length != length) {
            throw new IOException("text ends early: need=" + length + ", got=" + bytes.length);
        }
        return new String(bytes, StandardCharsets.UTF_8);
    }
}
