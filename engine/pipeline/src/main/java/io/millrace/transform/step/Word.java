package io.millrace.transform.step;

import io.millrace.row.RowEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.agrona.MutableDirectBuffer;

/** A text that many rows get, with room behind it, so that it is copied by whole words. Immutable. */
public final class Word {
    private final byte[] bytes;
    private final int length;

    private Word(byte[] bytes, int length) {
        this.bytes = bytes;
        this.length = length;
    }

    public static Word of(String text) {
        byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
        return new Word(Arrays.copyOf(utf8, (utf8.length + 7) & -8), utf8.length);
    }

    int length() {
        return length;
    }

    /** As the whole value of a column. */
    void put(int column, RowEncoder out) {
        out.putBytes(column, bytes, 0, length);
    }

    /** As a part of a value; returns where it ends. */
    int put(MutableDirectBuffer buffer, int at) {
        buffer.putBytes(at, bytes, 0, length);
        return at + length;
    }
}
