package io.millrace.reader.postgres.dump;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.PushbackInputStream;
import java.nio.charset.StandardCharsets;

/** The bytes of a capture, read from front to back; numbers are big-endian. Holds no more than a text. Confined to one thread. */
public final class CaptureBytes {
    /** Longer than any name of the server, so that damaged bytes are not read to the file's end for one. */
    private static final int LONGEST_TEXT = 1 << 16;

    private static final int END = -1;

    private final PushbackInputStream in;
    private long offset;

    public CaptureBytes(InputStream in) {
        this.in = new PushbackInputStream(in, 1);
    }

    /** How many have been read. */
    long offset() {
        return offset;
    }

    boolean isAtEnd() throws IOException {
        return peek() == END;
    }

    /** The next byte, which stays; negative at the end. */
    int peek() throws IOException {
        int next = in.read();
        if (next != END) {
            in.unread(next);
        }
        return next;
    }

    int u8() throws IOException {
        int next = in.read();
        if (next == END) {
            throw new EOFException();
        }
        offset++;
        return next;
    }

    int u16() throws IOException {
        return u8() << Byte.SIZE | u8();
    }

    int i32() throws IOException {
        return u16() << Short.SIZE | u16();
    }

    long i64() throws IOException {
        long high = i32();
        return high << Integer.SIZE | (i32() & 0xFFFF_FFFFL);
    }

    /** UTF-8 up to a zero byte. */
    String text() throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        for (int next = u8(); next != 0; next = u8()) {
            bytes.write(next);
            if (bytes.size() > LONGEST_TEXT) {
                throw new IOException("text without end, length=" + bytes.size());
            }
        }
        return bytes.toString(StandardCharsets.UTF_8);
    }

    void skip(int length) throws IOException {
        if (length < 0) {
            throw new IOException("length=" + length);
        }
        in.skipNBytes(length);
        offset += length;
    }
}
