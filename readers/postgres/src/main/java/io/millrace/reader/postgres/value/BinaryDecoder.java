package io.millrace.reader.postgres.value;

import io.millrace.row.RowEncoder;

/**
 * Turns the server's binary form of a value into a column of an image: the same image that {@link ValueDecoder} makes of its text. The
 * one table of the types whose form is read; any other type's table comes as text.
 *
 * <p>Immutable. Hot path: allocates nothing.
 */
public enum BinaryDecoder {
    BOOLEAN(Byte.BYTES) {
        @Override
        public boolean decode(byte[] bytes, int at, int length, RowEncoder encoder, int column) {
            encoder.putLong(column, bytes[at]);
            return bytes[at] == 0 || bytes[at] == 1;
        }
    },
    INT2(Short.BYTES) {
        @Override
        public boolean decode(byte[] bytes, int at, int length, RowEncoder encoder, int column) {
            encoder.putLong(column, BigEndian.i16(bytes, at));
            return true;
        }
    },
    INT4(Integer.BYTES) {
        @Override
        public boolean decode(byte[] bytes, int at, int length, RowEncoder encoder, int column) {
            encoder.putLong(column, BigEndian.i32(bytes, at));
            return true;
        }
    },
    /** Also microseconds since 2000: the infinities are the least and the largest number, as in an image. */
    INT8(Long.BYTES) {
        @Override
        public boolean decode(byte[] bytes, int at, int length, RowEncoder encoder, int column) {
            encoder.putLong(column, BigEndian.i64(bytes, at));
            return true;
        }
    },
    /** Any NaN is the one that its text is read as. */
    FLOAT4(Float.BYTES) {
        @Override
        public boolean decode(byte[] bytes, int at, int length, RowEncoder encoder, int column) {
            int bits = Float.floatToIntBits(Float.intBitsToFloat(BigEndian.i32(bytes, at)));
            encoder.putLong(column, bits & 0xFFFF_FFFFL);
            return true;
        }
    },
    FLOAT8(Double.BYTES) {
        @Override
        public boolean decode(byte[] bytes, int at, int length, RowEncoder encoder, int column) {
            encoder.putLong(column, Double.doubleToLongBits(Double.longBitsToDouble(BigEndian.i64(bytes, at))));
            return true;
        }
    },
    /** Of a type whose text is in the log. */
    OID(Integer.BYTES) {
        @Override
        public boolean decode(byte[] bytes, int at, int length, RowEncoder encoder, int column) {
            DigitText.putUnsigned(BigEndian.i32(bytes, at) & 0xFFFF_FFFFL, encoder, column);
            return true;
        }
    },
    /** Of a type whose text is in the log. */
    TIME(Long.BYTES) {
        @Override
        public boolean decode(byte[] bytes, int at, int length, RowEncoder encoder, int column) {
            return DigitText.putTime(BigEndian.i64(bytes, at), encoder, column);
        }
    },
    /** Bytes that are the value's text, or the value itself. */
    BYTES(Form.ANY_LENGTH) {
        @Override
        public boolean decode(byte[] bytes, int at, int length, RowEncoder encoder, int column) {
            encoder.putBytes(column, bytes, at, length);
            return true;
        }
    },
    UUID(16) {
        @Override
        public boolean decode(byte[] bytes, int at, int length, RowEncoder encoder, int column) {
            encoder.putBytes(column, bytes, at, length);
            return true;
        }
    },
    /** A version, then its text. */
    JSONB(Form.ANY_LENGTH) {
        @Override
        public boolean decode(byte[] bytes, int at, int length, RowEncoder encoder, int column) {
            if (length < 2 || bytes[at] != Form.JSONB_VERSION) {
                return false;
            }
            encoder.putBytes(column, bytes, at + 1, length - 1);
            return true;
        }
    },
    NUMERIC(Form.ANY_LENGTH) {
        @Override
        public boolean decode(byte[] bytes, int at, int length, RowEncoder encoder, int column) {
            return NumericBytes.put(bytes, at, length, encoder, column);
        }
    };

    /** An enum's constants come before its own. */
    private static final class Form {
        static final int ANY_LENGTH = -1;
        static final int JSONB_VERSION = 1;
    }

    private final int length;

    /**
     * A form.
     *
     * @param length of each value, -1 where they differ
     */
    BinaryDecoder(int length) {
        this.length = length;
    }

    /** Puts a value of a length that {@link #mayHaveLength}. Returns false where the bytes are no such value. */
    public abstract boolean decode(byte[] bytes, int at, int length, RowEncoder encoder, int column);

    public boolean mayHaveLength(int bytes) {
        return length == Form.ANY_LENGTH ? bytes > 0 || this == BYTES : bytes == length;
    }
}
