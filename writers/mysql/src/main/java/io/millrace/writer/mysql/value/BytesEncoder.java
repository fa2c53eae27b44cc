package io.millrace.writer.mysql.value;

import io.millrace.row.ImageFlyweight;
import io.millrace.writer.mysql.connection.SqlOutput;
import org.agrona.DirectBuffer;

/** Variable values: text in quotes, bytes as binary literals, or as hexadecimal digits where a field of LOAD DATA is turned back. */
enum BytesEncoder implements FieldEncoder {
    /** UTF-8. */
    TEXT {
        @Override
        public int put(ImageFlyweight image, int column, boolean isField, SqlOutput output) {
            if (isField) {
                output.putField(image.buffer(), image.valueOffset(column), image.valueLength(column));
            } else {
                output.putByte('\'');
                output.putEscaped(image.buffer(), image.valueOffset(column), image.valueLength(column));
                output.putByte('\'');
            }
            return Fault.NONE;
        }
    },
    BINARY {
        @Override
        public int put(ImageFlyweight image, int column, boolean isField, SqlOutput output) {
            putBinary(image.buffer(), image.valueOffset(column), image.valueLength(column), isField, output);
            return Fault.NONE;
        }
    },
    /** 16 bytes as 36 characters. */
    UUID {
        @Override
        public int put(ImageFlyweight image, int column, boolean isField, SqlOutput output) {
            int offset = image.valueOffset(column);
            Quotes.put(isField, output);
            for (int i = 0; i < image.valueLength(column); i++) {
                if (i == 4 || i == 6 || i == 8 || i == 10) {
                    output.putByte('-');
                }
                output.putHexByte(image.buffer().getByte(offset + i));
            }
            Quotes.put(isField, output);
            return Fault.NONE;
        }
    },
    /**
     * EWKB into the servers' own form, in which a column takes bytes as they are.
     *
     * <pre>
     *  EWKB:  order (1), type and flags (4), [SRID (4)], rest
     *  here:  SRID (4, little-endian), order (1), type (4), rest
     * </pre>
     */
    GEOMETRY {
        @Override
        public int put(ImageFlyweight image, int column, boolean isField, SqlOutput output) {
            DirectBuffer bytes = image.buffer();
            int offset = image.valueOffset(column);
            int length = image.valueLength(column);
            if (length < WKB_HEADER || bytes.getByte(offset) != LITTLE_ENDIAN) {
                return Fault.NOT_GEOMETRY;
            }
            // Little-endian, as EWKB of our readers is.
            int flags = bytes.getByte(offset + 4);
            boolean hasSrid = (flags & SRID_FLAG) != 0;
            if ((flags & ~SRID_FLAG) != 0 || (hasSrid && length < WKB_HEADER + SRID_LENGTH)) {
                return Fault.NOT_GEOMETRY;
            }
            Quotes.putBinary(isField, output);
            for (int i = 0; i < SRID_LENGTH; i++) {
                putByte(hasSrid ? bytes.getByte(offset + WKB_HEADER + i) : 0, isField, output);
            }
            for (int i = 0; i < WKB_HEADER; i++) {
                byte value = bytes.getByte(offset + i);
                putByte(i == WKB_HEADER - 1 ? (byte) (value & ~SRID_FLAG) : value, isField, output);
            }
            int rest = WKB_HEADER + (hasSrid ? SRID_LENGTH : 0);
            if (isField) {
                output.putHex(bytes, offset + rest, length - rest);
            } else {
                output.putEscaped(bytes, offset + rest, length - rest);
            }
            Quotes.put(isField, output);
            return Fault.NONE;
        }
    };

    private static final int LITTLE_ENDIAN = 1;
    private static final int WKB_HEADER = 5;
    private static final int SRID_LENGTH = 4;
    private static final int SRID_FLAG = 0x20;

    static void putBinary(DirectBuffer bytes, int offset, int length, boolean isField, SqlOutput output) {
        Quotes.putBinary(isField, output);
        if (isField) {
            output.putHex(bytes, offset, length);
        } else {
            output.putEscaped(bytes, offset, length);
        }
        Quotes.put(isField, output);
    }

    private static void putByte(byte value, boolean isField, SqlOutput output) {
        if (isField) {
            output.putHexByte(value);
        } else if (value == 0) {
            output.putByte('\\');
            output.putByte('0');
        } else {
            if (value == '\'' || value == '\\') {
                output.putByte('\\');
            }
            output.putByte(value);
        }
    }
}
