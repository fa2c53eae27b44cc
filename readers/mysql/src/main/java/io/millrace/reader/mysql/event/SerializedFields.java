package io.millrace.reader.mysql.event;

/**
 * The fields of an event that MySQL's serialization library wrote ({@code libs/mysql/serialization/readme.md}). All numbers have
 * a variable length: as many ones at the low end of the first byte as bytes follow it.
 *
 * <pre>
 *  version 1 | length of all | number behind the last field that may not be passed over | (field number | value) …
 * </pre>
 *
 * Fields come in the order of their numbers, and optional ones may be missing. Confined to the stream's thread; allocates nothing.
 */
final class SerializedFields {
    private static final int FULL_LENGTH = 9;

    private EventBytes bytes;

    /** Reads what stands before the fields. {@code known} fields are understood here. */
    SerializedFields wrap(EventBytes source, int known) {
        bytes = source;
        int version = number("version");
        if (version != 1) {
            throw bytes.place().malformed("version", version);
        }
        unsigned(bytes, "length");
        int needed = number("lastNeededField");
        if (needed > known) {
            throw bytes.place().unsupported("event has a field that is not known: field=" + (needed - 1));
        }
        return this;
    }

    /** Passes the field's number, where the field is there. */
    boolean has(int field) {
        if (bytes.remaining() == 0 || (bytes.buffer().getByte(bytes.position()) & 0xFF) != field << 1) {
            return false;
        }
        bytes.take(1, "field");
        return true;
    }

    /** Passes the number of a field that must be there. */
    void require(int field, String what) {
        if (!has(field)) {
            throw bytes.place().malformed(what, field);
        }
    }

    private int number(String what) {
        long value = unsigned(bytes, what);
        if (value < 0 || value > 0xFFFF) {
            throw bytes.place().malformed(what, value);
        }
        return (int) value;
    }

    /** A length in bytes that must not exceed {@code limit}. */
    static int length(EventBytes bytes, int limit, String what) {
        long length = unsigned(bytes, what);
        if (length < 0 || length > limit) {
            throw bytes.place().malformed(what, length);
        }
        return (int) length;
    }

    static long unsigned(EventBytes bytes, String what) {
        int first = bytes.u8(what);
        int length = Integer.numberOfTrailingZeros(~first) + 1;
        if (length == FULL_LENGTH) {
            return bytes.i64(what);
        }
        // The low bits of the value stand in the first byte, above the ones and the zero.
        long low = (long) first >>> length;
        return length == 1 ? low : bytes.unsigned(length - 1, what) << (8 - length) | low;
    }

    /** Signed: the lowest bit tells the sign, and of a negative number its complement follows. */
    static long signed(EventBytes bytes, String what) {
        long value = unsigned(bytes, what);
        return value >>> 1 ^ -(value & 1);
    }
}
