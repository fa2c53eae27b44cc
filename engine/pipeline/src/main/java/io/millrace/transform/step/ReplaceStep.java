package io.millrace.transform.step;

import io.millrace.row.RowEncoder;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;

/** Replaces every occurrence of a text, from the start on, as bytes: no character of UTF-8 is part of another. Immutable. */
public final class ReplaceStep extends TextEdit {
    private final byte[] from;
    private final byte[] to;

    public ReplaceStep(byte[] from, byte[] to) {
        this.from = from;
        this.to = to;
    }

    @Override
    public void edit(int column, DirectBuffer text, int offset, int length, RowEncoder out) {
        int end = offset + length;
        int first = find(text, offset, end);
        if (first < 0) {
            out.putBytes(column, text, offset, length);
            return;
        }
        long most = to.length <= from.length ? length : (long) length / from.length * to.length + length;
        int start = out.reserve((int) Math.min(Integer.MAX_VALUE - 64, most));
        MutableDirectBuffer buffer = out.buffer();
        int at = offset;
        int target = start;
        for (int found = first; found >= 0; found = find(text, at, end)) {
            buffer.putBytes(target, text, at, found - at);
            target += found - at;
            buffer.putBytes(target, to);
            target += to.length;
            at = found + from.length;
        }
        buffer.putBytes(target, text, at, end - at);
        out.putReserved(column, target + end - at - start);
    }

    private int find(DirectBuffer text, int offset, int end) {
        for (int at = offset; at <= end - from.length; at++) {
            int same = 0;
            while (same < from.length && text.getByte(at + same) == from[same]) {
                same++;
            }
            if (same == from.length) {
                return at;
            }
        }
        return -1;
    }
}
