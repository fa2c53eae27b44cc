package io.millrace.writer.file;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.millrace.row.ImageFlyweight;
import io.millrace.row.RowEncoder;
import io.millrace.schema.CivilTime;
import io.millrace.schema.Column;
import io.millrace.schema.ColumnType;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

class ValueJsonTest {
    private static Column column(ColumnType type, int length, int scale) {
        return new Column("c", type, "type", true, length, scale, "", List.of(), false);
    }

    private static String json(Column column, ImageFlyweight image) {
        JsonOutput out = new JsonOutput();
        ValueJson.put(column, image, 0, out);
        return new String(out.array(), 0, out.length(), StandardCharsets.UTF_8);
    }

    private static RowEncoder encoder() {
        ByteBuffer memory = ByteBuffer.allocateDirect(256);
        RowEncoder encoder = new RowEncoder((buffer, offset, used, required) -> {
            buffer.wrap(memory);
            return 0;
        });
        encoder.beginRecord();
        encoder.beginImage(1);
        return encoder;
    }

    private static String fixed(ColumnType type, int length, int scale, long slot) {
        RowEncoder encoder = encoder();
        encoder.putLong(0, slot);
        encoder.endImage(false);
        ImageFlyweight image = new ImageFlyweight();
        encoder.wrapLastImage(image);
        return json(column(type, length, scale), image);
    }

    private static String bytes(ColumnType type, byte[] value) {
        RowEncoder encoder = encoder();
        encoder.putBytes(0, value, 0, value.length);
        encoder.endImage(false);
        ImageFlyweight image = new ImageFlyweight();
        encoder.wrapLastImage(image);
        return json(column(type, -1, -1), image);
    }

    @Test
    void shouldWriteNumbersExactly() {
        assertEquals("18446744073709551615", fixed(ColumnType.UNSIGNED, 8, -1, -1));
        assertEquals("-9223372036854775808", fixed(ColumnType.INTEGER, 8, -1, Long.MIN_VALUE));
        assertEquals("0.1", fixed(ColumnType.FLOAT, -1, -1, Float.floatToRawIntBits(0.1f) & 0xFFFF_FFFFL));
        assertEquals("0.1", fixed(ColumnType.DOUBLE, -1, -1, Double.doubleToRawLongBits(0.1)));
        assertEquals("\"NaN\"", fixed(ColumnType.DOUBLE, -1, -1, Double.doubleToRawLongBits(Double.NaN)));
        assertEquals(
                "\"-Infinity\"",
                fixed(ColumnType.DOUBLE, -1, -1, Double.doubleToRawLongBits(Double.NEGATIVE_INFINITY)));
        assertEquals(
                "\"-12345678901234567890.1200\"",
                bytes(ColumnType.DECIMAL, "-12345678901234567890.1200".getBytes(StandardCharsets.US_ASCII)));
        assertEquals("true", fixed(ColumnType.BOOLEAN, -1, -1, 1));
        assertEquals("\"0101\"", fixed(ColumnType.BIT, 4, -1, 5));
        assertEquals("\"" + "1".repeat(64) + "\"", fixed(ColumnType.BIT, 64, -1, -1));
    }

    @Test
    void shouldWriteTimesAsTheyWereDeclared() {
        assertEquals("\"2024-02-29\"", fixed(ColumnType.DATE, -1, -1, CivilTime.date(2024, 2, 29)));
        assertEquals("\"0000-00-00\"", fixed(ColumnType.DATE, -1, -1, CivilTime.date(0, 0, 0)));
        long civil = CivilTime.dateTime(2024, 2, 29, 23, 59, 58, 120_000);
        assertEquals("\"2024-02-29T23:59:58.120\"", fixed(ColumnType.DATETIME, -1, 3, civil));
        assertEquals("\"2024-02-29T23:59:58\"", fixed(ColumnType.DATETIME, -1, 0, civil));
        assertEquals("\"1970-01-01T00:00:00.000001Z\"", fixed(ColumnType.TIMESTAMP, -1, 6, 1));
        assertEquals("\"1969-12-31T23:59:59.5Z\"", fixed(ColumnType.TIMESTAMP, -1, 1, -500_000));
        assertEquals("\"0000-00-00T00:00:00Z\"", fixed(ColumnType.TIMESTAMP, -1, 0, CivilTime.ZERO_TIMESTAMP));
        assertEquals(
                "\"-838:59:59.999999\"", fixed(ColumnType.TIME, -1, 6, -(838 * 3600 + 3599) * 1_000_000L - 999_999));
        assertEquals("\"00:00:01\"", fixed(ColumnType.TIME, -1, 0, 1_000_000));
        assertEquals("\"0000\"", fixed(ColumnType.YEAR, -1, -1, 0));
    }

    @Test
    void shouldWriteTimesOfPostgresFarAndNear() {
        assertEquals("\"2000-01-01\"", fixed(ColumnType.POSTGRES_DATE, -1, -1, 0));
        assertEquals("\"infinity\"", fixed(ColumnType.POSTGRES_DATE, -1, -1, Integer.MAX_VALUE));
        assertEquals(
                "\"+12024-01-01\"",
                fixed(
                        ColumnType.POSTGRES_DATE,
                        -1,
                        -1,
                        java.time.temporal.ChronoUnit.DAYS.between(
                                java.time.LocalDate.of(2000, 1, 1), java.time.LocalDate.of(12024, 1, 1))));
        assertEquals(
                "\"-0043-03-15\"",
                fixed(
                        ColumnType.POSTGRES_DATE,
                        -1,
                        -1,
                        java.time.temporal.ChronoUnit.DAYS.between(
                                java.time.LocalDate.of(2000, 1, 1), java.time.LocalDate.of(-43, 3, 15))));
        assertEquals("\"2000-01-01T00:00:00.5Z\"", fixed(ColumnType.POSTGRES_TIMESTAMPTZ, -1, -1, 500_000));
        assertEquals("\"1999-12-31T23:59:59.999999\"", fixed(ColumnType.POSTGRES_TIMESTAMP, -1, 6, -1));
        assertEquals("\"-infinity\"", fixed(ColumnType.POSTGRES_TIMESTAMP, -1, -1, Long.MIN_VALUE));
    }

    @Test
    void shouldWriteBytesAsBase64AndTextsAsText() {
        assertEquals("\"AP8Q\"", bytes(ColumnType.BINARY, new byte[] {0, (byte) 0xFF, 0x10}));
        assertEquals("\"{\\\"a\\\": 1}\"", bytes(ColumnType.JSON, "{\"a\": 1}".getBytes(StandardCharsets.UTF_8)));
        byte[] uuid = new byte[16];
        uuid[0] = (byte) 0xAB;
        uuid[15] = 1;
        assertEquals("\"ab000000-0000-0000-0000-000000000001\"", bytes(ColumnType.UUID, uuid));
    }
}
