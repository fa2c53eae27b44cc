package io.millrace.writer.postgres;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.row.ImageFlyweight;
import io.millrace.schema.CivilTime;
import io.millrace.schema.Column;
import io.millrace.schema.ColumnType;
import io.millrace.schema.TableSchema;
import io.millrace.writer.TestRun;
import io.millrace.writer.TestSchemas;
import io.millrace.writer.TypeOptions;
import io.millrace.writer.TypeOptions.ZeroDate;
import io.millrace.writer.postgres.connection.BinaryOutput;
import io.millrace.writer.postgres.type.TypeMap;
import io.millrace.writer.postgres.value.BytesEncoder;
import io.millrace.writer.postgres.value.Fault;
import io.millrace.writer.postgres.value.FieldEncoder;
import io.millrace.writer.postgres.value.IntegerEncoder;
import io.millrace.writer.postgres.value.LimitedTextEncoder;
import io.millrace.writer.postgres.value.NulCharacters;
import io.millrace.writer.postgres.value.NumericEncoder;
import io.millrace.writer.postgres.value.TextEncoder;
import io.millrace.writer.postgres.value.TimeEncoder;
import io.millrace.writer.postgres.value.TimeEncoder.Form;
import io.millrace.writer.sql.Calendar;
import io.millrace.writer.sql.OutputOverflowException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.Random;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;

/** Encoders against Java's own arithmetic, over seeded values; the servers' word is in PostgresTypesIT. */
class EncodingTest {
    private final long seed = Long.getLong("seed", System.nanoTime());
    private final Random random = new Random(seed);
    private final BinaryOutput output = new BinaryOutput(16);

    private static ImageFlyweight image(ColumnType type, Object value) {
        TableSchema schema = TestSchemas.table("a", "b", 0, TestSchemas.of("v", type, "", -1, -1));
        byte[] bytes = TestRun.image(schema, value);
        return new ImageFlyweight().wrap(new UnsafeBuffer(bytes), 0, bytes.length);
    }

    private int put(FieldEncoder encoder, ColumnType type, Object value) {
        output.clear();
        return encoder.put(image(type, value), 0, output);
    }

    private ByteBuffer field() {
        ByteBuffer bytes = ByteBuffer.wrap(output.bytes(), 0, output.length());
        assertEquals(bytes.getInt(), bytes.remaining(), "seed=" + seed);
        return bytes;
    }

    private String text() {
        return StandardCharsets.UTF_8.decode(field()).toString();
    }

    /** As the server's numeric_recv reads it. */
    private BigDecimal numeric() {
        ByteBuffer bytes = field();
        int groups = bytes.getShort();
        int weight = bytes.getShort();
        int sign = bytes.getShort() & 0xFFFF;
        int scale = bytes.getShort();
        BigDecimal value = BigDecimal.ZERO;
        for (int i = 0; i < groups; i++) {
            int group = bytes.getShort();
            assertTrue(group >= 0 && group < 10_000, "seed=" + seed);
            value = value.add(BigDecimal.valueOf(group).scaleByPowerOfTen(4 * (weight - i)));
        }
        assertFalse(bytes.hasRemaining());
        assertTrue(sign == 0 || sign == 0x4000);
        return (sign == 0 ? value : value.negate()).setScale(scale);
    }

    @Test
    void shouldEncodeAnyDecimal() {
        for (int i = 0; i < 5_000; i++) {
            int scale = random.nextInt(31);
            int digits = 1 + random.nextInt(65);
            StringBuilder text = new StringBuilder();
            for (int d = 0; d < digits; d++) {
                text.append(random.nextInt(3) == 0 ? random.nextInt(10) : 0);
            }
            BigDecimal value = new BigDecimal(new BigInteger(text.toString()), scale);
            value = random.nextBoolean() ? value.negate() : value;
            assertEquals(Fault.NONE, put(NumericEncoder.DIGITS, ColumnType.DECIMAL, value.toPlainString()));
            assertEquals(value, numeric(), "seed=" + seed);
        }
        for (String odd : new String[] {"007.50", "-.5", "5.", "-0", "0.000"}) {
            put(NumericEncoder.DIGITS, ColumnType.DECIMAL, odd);
            assertEquals(0, new BigDecimal(odd).compareTo(numeric()), odd);
        }
    }

    @Test
    void shouldRefuseWhatIsNoNumber() {
        for (String bad : new String[] {"", "x", "1x", "1.2.3", "--1", "1e5", "1,5", " 1", "/", ":"}) {
            assertEquals(Fault.NOT_A_NUMBER, put(NumericEncoder.DIGITS, ColumnType.DECIMAL, bad), bad);
        }
        for (String special : new String[] {"NaN", "Infinity", "-Infinity"}) {
            assertEquals(Fault.NONE, put(NumericEncoder.DIGITS, ColumnType.DECIMAL, special));
        }
    }

    @Test
    void shouldEncodeAnyWholeNumberAsNumeric() {
        for (int i = 0; i < 5_000; i++) {
            long value = random.nextLong() >>> random.nextInt(64);
            value = random.nextBoolean() ? -value : value;
            put(NumericEncoder.SIGNED, ColumnType.INTEGER, value);
            assertEquals(BigDecimal.valueOf(value), numeric(), "seed=" + seed);
            put(NumericEncoder.UNSIGNED, ColumnType.UNSIGNED, value);
            assertEquals(new BigDecimal(Long.toUnsignedString(value)), numeric(), "seed=" + seed);
        }
    }

    @Test
    void shouldRefuseIntegersOutOfRange() {
        assertEquals(Fault.OUT_OF_RANGE, put(IntegerEncoder.SMALLINT, ColumnType.INTEGER, 32_768));
        assertEquals(Fault.OUT_OF_RANGE, put(IntegerEncoder.SMALLINT, ColumnType.INTEGER, -32_769));
        assertEquals(Fault.OUT_OF_RANGE, put(IntegerEncoder.INTEGER, ColumnType.INTEGER, 1L << 31));
        assertEquals(Fault.OUT_OF_RANGE, put(IntegerEncoder.UNSIGNED_BIGINT, ColumnType.UNSIGNED, -1L));
        assertEquals(Fault.OUT_OF_RANGE, put(IntegerEncoder.BOOLEAN, ColumnType.INTEGER, 2));
        assertEquals(Fault.NONE, put(IntegerEncoder.UNSIGNED_BIGINT, ColumnType.UNSIGNED, Long.MAX_VALUE));
    }

    @Test
    void shouldEncodeAnyTime() {
        TimeEncoder datetime = new TimeEncoder(Form.DATETIME, ZeroDate.DIRTY);
        TimeEncoder timestamp = new TimeEncoder(Form.TIMESTAMP, ZeroDate.DIRTY);
        LocalDateTime epoch = LocalDateTime.of(2000, 1, 1, 0, 0);
        for (int i = 0; i < 5_000; i++) {
            LocalDateTime time = LocalDateTime.of(1, 1, 1, 0, 0)
                    .plusSeconds((long) (random.nextDouble() * 315_000_000_000L))
                    .plus(random.nextInt(1_000_000), ChronoUnit.MICROS);
            long civil = CivilTime.dateTime(
                    time.getYear(),
                    time.getMonthValue(),
                    time.getDayOfMonth(),
                    time.getHour(),
                    time.getMinute(),
                    time.getSecond(),
                    time.getNano() / 1000);
            long expected = ChronoUnit.MICROS.between(epoch, time);
            assertEquals(Fault.NONE, put(datetime, ColumnType.DATETIME, civil));
            assertEquals(expected, field().getLong(), "seed=" + seed);
            long unix = time.toEpochSecond(ZoneOffset.UTC) * 1_000_000 + time.getNano() / 1000;
            assertEquals(Fault.NONE, put(timestamp, ColumnType.TIMESTAMP, unix));
            assertEquals(expected, field().getLong(), "seed=" + seed);
            assertEquals(civil, Calendar.civil(unix), "seed=" + seed);
        }
    }

    @Test
    void shouldPrintNumbersAndTimesAsText() {
        for (int i = 0; i < 5_000; i++) {
            long value = random.nextLong() >> random.nextInt(64);
            put(textOf(ColumnType.INTEGER, -1), ColumnType.INTEGER, value);
            assertEquals(Long.toString(value), text(), "seed=" + seed);
            put(textOf(ColumnType.UNSIGNED, -1), ColumnType.UNSIGNED, value);
            assertEquals(Long.toUnsignedString(value), text(), "seed=" + seed);
        }
        put(textOf(ColumnType.TIME, 3), ColumnType.TIME, -3_020_399_999_000L);
        assertEquals("-838:59:59.999", text());
        put(textOf(ColumnType.TIMESTAMP, 0), ColumnType.TIMESTAMP, -1_000_000L);
        assertEquals("1969-12-31 23:59:59+00", text());
        put(textOf(ColumnType.DATETIME, 6), ColumnType.DATETIME, CivilTime.dateTime(0, 0, 0, 0, 0, 0, 0));
        assertEquals("0000-00-00 00:00:00.000000", text());
        put(textOf(ColumnType.YEAR, -1), ColumnType.YEAR, 0);
        assertEquals("0000", text());
    }

    private static TextEncoder textOf(ColumnType type, int scale) {
        return new TextEncoder(TestSchemas.of("v", type, "", -1, scale), TypeOptions.DEFAULT);
    }

    @Test
    void shouldCountCharactersNotBytesWhenTextIsLimited() {
        LimitedTextEncoder three = new LimitedTextEncoder(BytesEncoder.TEXT, 3);
        for (String fits : new String[] {"", "abc", "üß€", "\uD83D\uDE00\uD83D\uDE00\uD83D\uDE00"}) {
            assertEquals(Fault.NONE, put(three, ColumnType.TEXT, fits), fits);
            assertEquals(fits, text());
        }
        for (String tooLong : new String[] {"abcd", "ab  ", "\uD83D\uDE00\uD83D\uDE00\uD83D\uDE00x"}) {
            assertEquals(Fault.TOO_LONG, put(three, ColumnType.TEXT, tooLong), tooLong);
        }
    }

    @Test
    void shouldFindAndStripNulAnywhere() {
        for (int i = 0; i < 5_000; i++) {
            byte[] bytes = new byte[random.nextInt(40)];
            random.nextBytes(bytes);
            StringBuilder rest = new StringBuilder();
            boolean hasNul = false;
            for (int b = 0; b < bytes.length; b++) {
                bytes[b] = random.nextInt(20) == 0 ? 0 : bytes[b];
                hasNul |= bytes[b] == 0;
                if (bytes[b] != 0) {
                    rest.append((char) (bytes[b] & 0xFF));
                }
            }
            assertEquals(hasNul, NulCharacters.isIn(bytes, 0, bytes.length), "seed=" + seed);
            int left = NulCharacters.strip(bytes, 0, bytes.length);
            assertArrayEquals(
                    rest.toString().getBytes(StandardCharsets.ISO_8859_1), Arrays.copyOf(bytes, left), "seed=" + seed);
        }
    }

    @Test
    void shouldGiveLargeArraysBackWhenCleared() {
        output.reserve(20_000_000);
        assertTrue(output.bytes().length >= 20_000_000);
        output.clear();
        assertEquals(16, output.bytes().length);
        output.reserve(1_000_000);
        output.clear();
        assertTrue(output.bytes().length >= 1_000_000);
        assertThrows(OutputOverflowException.class, () -> output.reserve(Integer.MAX_VALUE));
    }

    @Test
    void shouldHaveAnEncoderOrAFitForEveryTypeThatIsPlanned() {
        TypeMap types = new TypeMap(TypeOptions.DEFAULT);
        for (TypeCase type : TypeCase.all()) {
            Column column = type.column();
            assertEquals(type.targetType(), types.sqlType(column), column.toString());
        }
    }
}
