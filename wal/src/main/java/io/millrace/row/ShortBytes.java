package io.millrace.row;

import org.agrona.UnsafeApi;

/** Copies within memory outside the heap that are too short for a call. The caller has made sure of both ends. Allocates nothing. */
final class ShortBytes {
    private ShortBytes() {}

    /** By words; the last one overlaps the one before. */
    static void copy(long from, long to, int length) {
        if (length >= Long.BYTES) {
            int last = length - Long.BYTES;
            for (int done = 0; done < last; done += Long.BYTES) {
                UnsafeApi.putLong(to + done, UnsafeApi.getLong(from + done));
            }
            UnsafeApi.putLong(to + last, UnsafeApi.getLong(from + last));
        } else if (length >= Integer.BYTES) {
            int last = length - Integer.BYTES;
            int end = UnsafeApi.getInt(from + last);
            UnsafeApi.putInt(to, UnsafeApi.getInt(from));
            UnsafeApi.putInt(to + last, end);
        } else {
            for (int done = 0; done < length; done++) {
                UnsafeApi.putByte(to + done, UnsafeApi.getByte(from + done));
            }
        }
    }
}
