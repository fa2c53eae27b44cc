package io.millrace.writer.mysql.connection;

import java.io.IOException;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;
import org.mariadb.jdbc.client.socket.Writer;

/**
 * Bytes within the quotes of a literal that are too many to be copied into a statement: they are read where they lie, an image of the
 * batch or the chunk, when the statement is sent. Confined to the session's thread.
 */
public final class LargeValue {
    /** From here on a value stays where it lies. */
    public static final int LEAST_BYTES = 1024 * 1024;

    private static final int PIECE_BYTES = 64 * 1024;

    private final int place;
    private final UnsafeBuffer source;
    private final byte[] escapes;
    private final long length;

    /**
     * A value.
     *
     * @param place the text of the statement before it ends there
     * @param escapes by byte: what stands behind the backslash, 0 for bytes that stand for themselves
     */
    LargeValue(int place, DirectBuffer source, int offset, int count, byte[] escapes) {
        this.place = place;
        this.source = new UnsafeBuffer(source, offset, count);
        this.escapes = escapes;
        long escaped = 0;
        for (int i = 0; i < count; i++) {
            escaped += escapes[this.source.getByte(i) & 0xFF] == 0 ? 0 : 1;
        }
        length = count + escaped;
    }

    int place() {
        return place;
    }

    /** Bytes that it takes in the statement. */
    long length() {
        return length;
    }

    void write(Writer writer) throws IOException {
        byte[] piece = new byte[PIECE_BYTES];
        int filled = 0;
        for (int i = 0; i < source.capacity(); i++) {
            if (filled + 2 > PIECE_BYTES) {
                writer.writeBytes(piece, 0, filled);
                filled = 0;
            }
            byte value = source.getByte(i);
            byte escape = escapes[value & 0xFF];
            if (escape != 0) {
                piece[filled++] = '\\';
                piece[filled++] = escape;
            } else {
                piece[filled++] = value;
            }
        }
        writer.writeBytes(piece, 0, filled);
    }
}
