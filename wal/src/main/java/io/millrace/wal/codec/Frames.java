package io.millrace.wal.codec;

import io.millrace.ddl.DdlEvent;
import io.millrace.error.ErrorCode;
import io.millrace.error.MillraceException;
import io.millrace.position.SourcePosition;
import io.millrace.schema.TableSchema;
import java.nio.charset.StandardCharsets;
import org.agrona.DirectBuffer;

/** Reads the bodies of the rarer frames into objects. */
public final class Frames {
    /** Takes a table's shape. */
    public interface SchemaConsumer {
        void accept(int tableNumber, TableSchema schema);
    }

    private Frames() {}

    public static TableSchema schema(DirectBuffer buffer, int frame) {
        int length = buffer.getInt(frame + FrameDescriptor.LENGTH_OFFSET) - FrameDescriptor.SCHEMA_BODY;
        byte[] body = new byte[length];
        buffer.getBytes(frame + FrameDescriptor.SCHEMA_BODY, body);
        return SchemaCodec.decode(body);
    }

    public static DdlEvent ddl(DirectBuffer buffer, int frame) {
        int length = buffer.getInt(frame + FrameDescriptor.DDL_LENGTH);
        int room = buffer.getInt(frame + FrameDescriptor.LENGTH_OFFSET) - FrameDescriptor.DDL_BODY;
        if (length < 0 || length > room) {
            throw new MillraceException(ErrorCode.LOG_DAMAGED, "cannot decode DDL: need=" + length + ", got=" + room);
        }
        byte[] body = new byte[length];
        buffer.getBytes(frame + FrameDescriptor.DDL_BODY, body);
        return DdlCodec.decode(body);
    }

    public static SourcePosition heartbeatPosition(DirectBuffer buffer, int frame) {
        byte[] text = new byte[buffer.getInt(frame + FrameDescriptor.HEARTBEAT_TEXT_LENGTH)];
        buffer.getBytes(frame + FrameDescriptor.HEARTBEAT_TEXT, text);
        return SourcePosition.parse(new String(text, StandardCharsets.UTF_8));
    }

    public static void forEachSchema(DirectBuffer document, SchemaConsumer consumer) {
        int at = DocumentDescriptor.HEADER_LENGTH;
        while (at < document.capacity()) {
            if (document.getByte(at + FrameDescriptor.TYPE_OFFSET) == FrameDescriptor.SCHEMA) {
                consumer.accept(document.getInt(at + FrameDescriptor.SCHEMA_TABLE), schema(document, at));
            }
            at += document.getInt(at + FrameDescriptor.LENGTH_OFFSET);
        }
    }
}
