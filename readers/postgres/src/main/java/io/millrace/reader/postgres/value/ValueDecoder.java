package io.millrace.reader.postgres.value;

import io.millrace.reader.postgres.connection.ConnectionSettings;
import io.millrace.row.RowEncoder;
import io.millrace.schema.ColumnType;

/**
 * Turns the server's text of a value, under the settings of {@link ConnectionSettings#FORMS}, into a column of an image: the
 * one table of what comes how. Stream and chunks share it, so a value has the same representation from both.
 *
 * <p>Immutable. Hot path: allocates nothing, but for floats of more digits than {@link FloatText} converts itself.
 */
public enum ValueDecoder {
    BOOLEAN {
        @Override
        public boolean decode(byte[] bytes, int at, int length, RowEncoder encoder, int column) {
            encoder.putLong(column, bytes[at] == 't' ? 1 : 0);
            return length == 1 && (bytes[at] == 't' || bytes[at] == 'f');
        }
    },
    INTEGER {
        @Override
        public boolean decode(byte[] bytes, int at, int length, RowEncoder encoder, int column) {
            boolean isNegative = bytes[at] == '-';
            int end = at + length;
            int from = isNegative ? at + 1 : at;
            if (from == end || end - from > MAX_DIGITS) {
                return false;
            }
            long value = 0; // negative, so that the least number fits
            for (int i = from; i < end; i++) {
                int digit = bytes[i] - '0';
                if (digit < 0 || digit > 9) {
                    return false;
                }
                value = value * 10 - digit;
            }
            encoder.putLong(column, isNegative ? value : -value);
            return true;
        }
    },
    FLOAT {
        @Override
        public boolean decode(byte[] bytes, int at, int length, RowEncoder encoder, int column) {
            if (!FloatText.mayBe(bytes, at, length)) {
                return false;
            }
            encoder.putLong(column, Float.floatToRawIntBits(FloatText.parseFloat(bytes, at, length)) & 0xFFFF_FFFFL);
            return true;
        }
    },
    DOUBLE {
        @Override
        public boolean decode(byte[] bytes, int at, int length, RowEncoder encoder, int column) {
            if (!FloatText.mayBe(bytes, at, length)) {
                return false;
            }
            encoder.putLong(column, Double.doubleToRawLongBits(FloatText.parseDouble(bytes, at, length)));
            return true;
        }
    },
    DATE {
        @Override
        public boolean decode(byte[] bytes, int at, int length, RowEncoder encoder, int column) {
            long days = TimeText.days(bytes, at, length);
            encoder.putLong(column, days);
            return days != TimeText.INVALID;
        }
    },
    TIMESTAMP {
        @Override
        public boolean decode(byte[] bytes, int at, int length, RowEncoder encoder, int column) {
            return putMicros(TimeText.isInfinity(bytes, at, length), bytes, at, length, false, encoder, column);
        }
    },
    TIMESTAMPTZ {
        @Override
        public boolean decode(byte[] bytes, int at, int length, RowEncoder encoder, int column) {
            return putMicros(TimeText.isInfinity(bytes, at, length), bytes, at, length, true, encoder, column);
        }
    },
    BYTES {
        @Override
        public boolean decode(byte[] bytes, int at, int length, RowEncoder encoder, int column) {
            encoder.putBytes(column, bytes, at, length);
            return true;
        }
    },
    /** {@code \x} and two digits a byte. */
    HEX {
        @Override
        public boolean decode(byte[] bytes, int at, int length, RowEncoder encoder, int column) {
            if (length < 2 || (length & 1) != 0 || bytes[at] != '\\' || bytes[at + 1] != 'x') {
                return false;
            }
            int count = (length >> 1) - 1;
            int to = encoder.reserve(count);
            int bad = 0;
            for (int i = 0; i < count; i++) {
                int high = hex(bytes[at + 2 + (i << 1)]);
                int low = hex(bytes[at + 3 + (i << 1)]);
                bad |= high | low;
                encoder.buffer().putByte(to + i, (byte) (high << 4 | low));
            }
            encoder.putReserved(column, count);
            return bad >= 0;
        }
    },
    UUID {
        @Override
        public boolean decode(byte[] bytes, int at, int length, RowEncoder encoder, int column) {
            if (length != UUID_TEXT) {
                return false;
            }
            int to = encoder.reserve(UUID_BYTES);
            int bad = 0;
            int from = at;
            for (int i = 0; i < UUID_BYTES; i++) {
                from += i == 4 || i == 6 || i == 8 || i == 10 ? 1 : 0;
                int high = hex(bytes[from++]);
                int low = hex(bytes[from++]);
                bad |= high | low;
                encoder.buffer().putByte(to + i, (byte) (high << 4 | low));
            }
            encoder.putReserved(column, UUID_BYTES);
            return bad >= 0;
        }
    };

    private static final int MAX_DIGITS = 19;
    private static final int UUID_TEXT = 36;
    private static final int UUID_BYTES = 16;

    /**
     * Puts a value that is not NULL.
     *
     * @return false where the bytes are no such value
     */
    public abstract boolean decode(byte[] bytes, int at, int length, RowEncoder encoder, int column);

    public static ValueDecoder of(ColumnType type) {
        return switch (type) {
            case BOOLEAN -> BOOLEAN;
            case INTEGER -> INTEGER;
            case FLOAT -> FLOAT;
            case DOUBLE -> DOUBLE;
            case POSTGRES_DATE -> DATE;
            case POSTGRES_TIMESTAMP -> TIMESTAMP;
            case POSTGRES_TIMESTAMPTZ -> TIMESTAMPTZ;
            case DECIMAL, TEXT, ENUM, JSON, OTHER, POSTGRES_TEXT -> BYTES;
            case BINARY -> HEX;
            case UUID -> UUID;
            case UNSIGNED, YEAR, DATE, DATETIME, TIMESTAMP, TIME, BIT, SET, GEOMETRY, VECTOR ->
                throw new IllegalArgumentException("no type of this source: type=" + type);
        };
    }

    static boolean putMicros(
            int infinity, byte[] bytes, int at, int length, boolean hasZone, RowEncoder encoder, int column) {
        if (infinity != 0) {
            encoder.putLong(column, infinity < 0 ? Long.MIN_VALUE : Long.MAX_VALUE);
            return true;
        }
        long micros = TimeText.micros(bytes, at, length, hasZone);
        encoder.putLong(column, micros);
        return micros != TimeText.INVALID;
    }

    static int hex(byte digit) {
        if (digit >= '0' && digit <= '9') {
            return digit - '0';
        }
        return digit >= 'a' && digit <= 'f' ? digit - 'a' + 10 : -1;
    }
}
