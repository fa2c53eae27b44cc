package io.millrace.reader.mysql.chunk;

import io.millrace.error.ErrorCode;
import io.millrace.error.MillraceException;
import io.millrace.reader.mysql.value.GeometryDecoder;
import io.millrace.row.RowEncoder;
import io.millrace.schema.CivilTime;
import io.millrace.schema.Column;
import io.millrace.schema.TableSchema;
import java.nio.ByteOrder;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.util.List;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Turns rows of the binary protocol into images. Compiled once for a table; the first column of its rows is a constant, which
 * is passed over.
 *
 * <pre>
 *  +------+--------------------------+----------+----------+---
 *  | 0x00 | null bits from bit 2 on  | constant | column 0 | …      a NULL has no bytes
 *  +------+--------------------------+----------+----------+---
 *   int: 1, 2, 4 (also of 3 bytes), 8 · float: 4, 8 · year: 2 · all others: length, then bytes
 *   date: year(2) month day [hour minute second [micros(4)]] · time: sign days(4) hour minute second [micros(4)]
 * </pre>
 *
 * Hot path: allocates nothing. Confined to one thread.
 */
final class WireRow {
    private static final int NULL_BITS_OFFSET = 1;
    private static final int FIRST_NULL_BIT = 2;
    private static final int MICROS_OF_SECOND = 1_000_000;
    private static final long SECONDS_OF_DAY = 86_400;
    private static final long DATE_BITS = -1L << 37; // a date has nothing below its day

    private final TableSchema schema;
    private final int[] columns;
    private final WireType[] types;
    private final boolean isPartial;
    private final UnsafeBuffer row = new UnsafeBuffer(0, 0);
    private int position;

    /** For rows of the constant and then these columns of the table. */
    WireRow(TableSchema schema, List<Integer> selected) {
        this.schema = schema;
        columns = selected.stream().mapToInt(Integer::intValue).toArray();
        types = selected.stream().map(i -> WireType.of(schema.columns().get(i))).toArray(WireType[]::new);
        isPartial = columns.length < schema.columns().size();
    }

    /** Fails where the server sends the columns otherwise than the schema says. */
    void requireSentAs(ResultSetMetaData sent) throws SQLException {
        for (int i = 0; i < columns.length; i++) {
            Column column = schema.columns().get(columns[i]);
            String typeName = sent.getColumnTypeName(i + 2);
            boolean isUnsigned = typeName.endsWith(" UNSIGNED");
            boolean signDiffers = switch (column.type()) {
                case INTEGER -> isUnsigned;
                case UNSIGNED -> !isUnsigned;
                default -> false;
            };
            if (signDiffers || !types[i].isSentAs(typeName)) {
                throw new MillraceException(
                        ErrorCode.SCHEMA_MISMATCH,
                        "column is not as the catalog said: table=" + schema.table() + ", column=" + column.name()
                                + ", expected=" + column.sourceType() + ", found=" + typeName);
            }
        }
    }

    /** Encodes one image. Columns that are not selected are absent. */
    void encode(RowBytes bytes, RowEncoder encoder) {
        row.wrap(bytes.packet());
        encoder.beginImage(schema.columns().size());
        if (isPartial) {
            for (int i = 0; i < schema.columns().size(); i++) {
                encoder.putAbsent(i);
            }
        }
        try {
            position = bytes.offset();
            for (int i = 0; i < columns.length; i++) {
                encoder.putPresent(columns[i]);
                int bit = i + 1 + FIRST_NULL_BIT;
                boolean isNull = (row.getByte(NULL_BITS_OFFSET + (bit >>> 3)) >>> (bit & 7) & 1) != 0;
                if (isNull) {
                    encoder.putNull(columns[i]);
                } else {
                    encode(types[i], columns[i], encoder);
                }
            }
        } catch (IndexOutOfBoundsException e) {
            throw new MillraceException(
                    ErrorCode.SOURCE_PROTOCOL,
                    "row ends early: table=" + schema.table() + ", length=" + row.capacity() + ", position=" + position,
                    e);
        }
        encoder.endImage(false);
    }

    private void encode(WireType type, int column, RowEncoder encoder) {
        switch (type) {
            case INT_1 -> encoder.putLong(column, row.getByte(skip(1)));
            case INT_2 -> encoder.putLong(column, row.getShort(skip(2), ByteOrder.LITTLE_ENDIAN));
            case INT_3, INT_4 -> encoder.putLong(column, row.getInt(skip(4), ByteOrder.LITTLE_ENDIAN));
            case INT_8, DOUBLE -> encoder.putLong(column, row.getLong(skip(8), ByteOrder.LITTLE_ENDIAN));
            case UINT_1 -> encoder.putLong(column, row.getByte(skip(1)) & 0xFFL);
            case UINT_2, YEAR -> encoder.putLong(column, row.getShort(skip(2), ByteOrder.LITTLE_ENDIAN) & 0xFFFFL);
            case UINT_3, UINT_4, FLOAT ->
                encoder.putLong(column, row.getInt(skip(4), ByteOrder.LITTLE_ENDIAN) & 0xFFFF_FFFFL);
            case DATE -> encoder.putLong(column, civil() & DATE_BITS);
            case DATETIME -> encoder.putLong(column, civil());
            case TIMESTAMP -> encoder.putLong(column, instant(civil()));
            case TIME -> encoder.putLong(column, time());
            case BIT -> encoder.putLong(column, bits());
            case DECIMAL -> decimal(column, encoder);
            case UUID -> uuid(column, encoder);
            case GEOMETRY -> geometry(column, encoder);
            case BYTES -> {
                int length = length();
                encoder.putBytes(column, row, skip(length), length);
            }
        }
    }

    /** Passes over bytes and returns where they start. */
    private int skip(int length) {
        int start = position;
        position += length;
        return start;
    }

    /** A length-encoded integer. */
    private int length() {
        int first = row.getByte(skip(1)) & 0xFF;
        return switch (first) {
            case 0xFC -> row.getShort(skip(2), ByteOrder.LITTLE_ENDIAN) & 0xFFFF;
            case 0xFD ->
                (row.getShort(position, ByteOrder.LITTLE_ENDIAN) & 0xFFFF) | (row.getByte(skip(3) + 2) & 0xFF) << 16;
            case 0xFE -> Math.toIntExact(row.getLong(skip(8), ByteOrder.LITTLE_ENDIAN));
            default -> first;
        };
    }

    private long civil() {
        int length = row.getByte(skip(1));
        int at = skip(length);
        if (length == 0) {
            return 0;
        }
        int year = row.getShort(at, ByteOrder.LITTLE_ENDIAN) & 0xFFFF;
        int month = row.getByte(at + 2);
        int day = row.getByte(at + 3);
        if (length == 4) {
            return CivilTime.date(year, month, day);
        }
        int micros = length > 7 ? row.getInt(at + 7, ByteOrder.LITTLE_ENDIAN) : 0;
        return CivilTime.dateTime(
                year, month, day, row.getByte(at + 4), row.getByte(at + 5), row.getByte(at + 6), micros);
    }

    /** The session's zone is UTC, so the civil fields are those of the instant. */
    private static long instant(long civil) {
        if (civil == 0) {
            return CivilTime.ZERO_TIMESTAMP;
        }
        long seconds = ((epochDay(CivilTime.year(civil), CivilTime.month(civil), CivilTime.day(civil)) * 24
                                                + CivilTime.hour(civil))
                                        * 60
                                + CivilTime.minute(civil))
                        * 60
                + CivilTime.second(civil);
        return seconds * MICROS_OF_SECOND + CivilTime.micros(civil);
    }

    /** Days since 1970-01-01 of a date of the years that a timestamp has (1970 to 2106). */
    private static long epochDay(int year, int month, int day) {
        long marchYear = month > 2 ? year : year - 1L;
        int monthFromMarch = (month + 9) % 12;
        int dayOfYear = (153 * monthFromMarch + 2) / 5 + day - 1;
        return marchYear * 365 + marchYear / 4 - marchYear / 100 + marchYear / 400 + dayOfYear - 719_468;
    }

    private long time() {
        int length = row.getByte(skip(1));
        int at = skip(length);
        if (length == 0) {
            return 0;
        }
        long seconds = row.getInt(at + 1, ByteOrder.LITTLE_ENDIAN) * SECONDS_OF_DAY
                + row.getByte(at + 5) * 3600L
                + row.getByte(at + 6) * 60L
                + row.getByte(at + 7);
        long micros = seconds * MICROS_OF_SECOND + (length > 8 ? row.getInt(at + 8, ByteOrder.LITTLE_ENDIAN) : 0);
        return row.getByte(at) == 0 ? micros : -micros;
    }

    private long bits() {
        int length = length();
        int at = skip(length);
        long bits = 0;
        for (int i = 0; i < length; i++) {
            bits = (bits << 8) | (row.getByte(at + i) & 0xFF);
        }
        return bits;
    }

    /** Digits without the zeros that ZEROFILL puts before them. */
    private void decimal(int column, RowEncoder encoder) {
        int length = length();
        int at = skip(length);
        while (length > 1 && row.getByte(at) == '0' && row.getByte(at + 1) != '.') {
            at++;
            length--;
        }
        encoder.putBytes(column, row, at, length);
    }

    private void geometry(int column, RowEncoder encoder) {
        int length = length();
        int at = skip(length);
        int to = encoder.reserve(length);
        encoder.putReserved(column, GeometryDecoder.EWKB.decode(row, at, length, encoder.buffer(), to));
    }

    private void uuid(int column, RowEncoder encoder) {
        int length = length();
        int end = skip(length) + length;
        int at = encoder.reserve(16);
        int nibbles = 0;
        int high = 0;
        for (int i = end - length; i < end; i++) {
            int digit = Character.digit(row.getByte(i), 16);
            if (digit >= 0 && nibbles < 32) {
                if ((nibbles & 1) == 0) {
                    high = digit << 4;
                } else {
                    encoder.buffer().putByte(at + (nibbles >> 1), (byte) (high | digit));
                }
                nibbles++;
            }
        }
        if (nibbles != 32) {
            throw new MillraceException(
                    ErrorCode.SOURCE_PROTOCOL, "not a uuid: table=" + schema.table() + ", length=" + length);
        }
        encoder.putReserved(column, 16);
    }
}
