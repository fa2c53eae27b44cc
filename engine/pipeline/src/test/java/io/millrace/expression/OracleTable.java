package io.millrace.expression;

import io.millrace.row.ImageFlyweight;
import io.millrace.row.RowEncoder;
import io.millrace.row.RowSpace;
import io.millrace.schema.CivilTime;
import io.millrace.schema.Column;
import io.millrace.schema.ColumnType;
import io.millrace.schema.TableId;
import io.millrace.schema.TableSchema;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.LocalDateTime;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Random rows, as PostgreSQL has them, and as images of either source. */
final class OracleTable {
    static final String COLUMNS =
            "i bigint, j bigint, n numeric(12,3), m numeric, d double precision, t text, s varchar(20),"
                    + " ok boolean, day date, ts timestamp, tz timestamptz";
    private static final List<String> TEXTS = List.of(
            "", "a", "abc", "ABC", "Äbc", "äß", "x%y", "a_c", "ΣΑΣ", "it's", "好的", "😀b", " a ", "aXbXc", "Øre", "é");
    private static final LocalDateTime EPOCH = LocalDateTime.of(2000, 1, 1, 0, 0);

    private final List<Object[]> rows = new ArrayList<>();

    OracleTable(Random random, int count) {
        for (int row = 0; row < count; row++) {
            rows.add(new Object[] {
                maybe(random, random.nextInt(8) == 0 ? random.nextLong() : (long) (random.nextInt(41) - 20)),
                maybe(random, (long) random.nextInt(4)),
                maybe(random, BigDecimal.valueOf(random.nextInt(20_000) - 10_000, 3)),
                maybe(random, wide(random)),
                maybe(random, wideDouble(random)),
                maybe(random, TEXTS.get(random.nextInt(TEXTS.size()))),
                maybe(random, TEXTS.get(random.nextInt(TEXTS.size()))),
                maybe(random, random.nextBoolean()),
                maybe(random, day(random)),
                maybe(random, moment(random)),
                maybe(random, moment(random)),
            });
        }
    }

    private static Object maybe(Random random, Object value) {
        return random.nextInt(6) == 0 ? null : value;
    }

    private static BigDecimal wide(Random random) {
        String digits = String.valueOf(Math.abs(random.nextLong())).repeat(1 + random.nextInt(2));
        BigDecimal wide = new BigDecimal(digits).movePointLeft(random.nextInt(digits.length()));
        BigDecimal number =
                random.nextInt(3) == 0 ? wide : BigDecimal.valueOf(random.nextInt(2_000) - 1_000, random.nextInt(4));
        return random.nextBoolean() ? number : number.negate();
    }

    private static Double wideDouble(Random random) {
        return switch (random.nextInt(8)) {
            case 0 -> Double.NaN;
            case 1 -> Double.POSITIVE_INFINITY;
            case 2 -> -0.0;
            case 3 -> 1e300 * random.nextDouble();
            default -> (random.nextInt(400) - 200) / 8.0;
        };
    }

    private static LocalDateTime moment(Random random) {
        return EPOCH.plusDays(random.nextInt(20_000) - 8_000)
                .plus(random.nextInt(5) == 0 ? 0 : random.nextLong() >>> 30, ChronoUnit.MICROS)
                .truncatedTo(ChronoUnit.MICROS);
    }

    private static LocalDateTime day(Random random) {
        return random.nextInt(5) == 0
                ? LocalDateTime.of(2024, 2, 29, 0, 0)
                : moment(random).truncatedTo(ChronoUnit.DAYS);
    }

    List<Object[]> rows() {
        return rows;
    }

    /** The columns as a source sends them. */
    static TableSchema schema(boolean isPostgres) {
        ColumnType day = isPostgres ? ColumnType.POSTGRES_DATE : ColumnType.DATE;
        ColumnType ts = isPostgres ? ColumnType.POSTGRES_TIMESTAMP : ColumnType.DATETIME;
        ColumnType tz = isPostgres ? ColumnType.POSTGRES_TIMESTAMPTZ : ColumnType.TIMESTAMP;
        return new TableSchema(
                new TableId("shop", "oracle"),
                1,
                List.of(
                        column("i", ColumnType.INTEGER),
                        column("j", ColumnType.INTEGER),
                        column("n", ColumnType.DECIMAL),
                        column("m", ColumnType.DECIMAL),
                        column("d", ColumnType.DOUBLE),
                        column("t", ColumnType.TEXT),
                        column("s", ColumnType.TEXT),
                        column("ok", ColumnType.BOOLEAN),
                        column("day", day),
                        column("ts", ts),
                        column("tz", tz)),
                List.of(0));
    }

    private static Column column(String name, ColumnType type) {
        return new Column(name, type, name.equals("t") ? "text" : "bigint", true, 8, 3, "", List.of(), false);
    }

    static ImageFlyweight image(Object[] row, TableSchema schema) {
        ByteBuffer memory = ByteBuffer.allocateDirect(4096);
        RowSpace space = (buffer, offset, used, required) -> {
            buffer.wrap(memory);
            return 0;
        };
        RowEncoder encoder = new RowEncoder(space);
        encoder.beginRecord();
        encoder.beginImage(row.length);
        for (int i = 0; i < row.length; i++) {
            put(encoder, i, row[i], schema.columns().get(i).type());
        }
        encoder.endImage(false);
        ImageFlyweight image = new ImageFlyweight();
        encoder.wrapLastImage(image);
        return image;
    }

    private static void put(RowEncoder encoder, int column, Object value, ColumnType type) {
        if (value == null) {
            encoder.putNull(column);
        } else if (value instanceof Long number) {
            encoder.putLong(column, number);
        } else if (value instanceof Boolean truth) {
            encoder.putLong(column, truth ? 1 : 0);
        } else if (value instanceof Double number) {
            encoder.putLong(column, Double.doubleToRawLongBits(number));
        } else if (value instanceof LocalDateTime moment) {
            encoder.putLong(column, slot(moment, type));
        } else {
            String text = value instanceof BigDecimal number ? number.toPlainString() : value.toString();
            byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
            encoder.putBytes(column, bytes, 0, bytes.length);
        }
    }

    private static long slot(LocalDateTime moment, ColumnType type) {
        long micros = EPOCH.until(moment, ChronoUnit.MICROS);
        long civil = CivilTime.dateTime(
                moment.getYear(),
                moment.getMonthValue(),
                moment.getDayOfMonth(),
                moment.getHour(),
                moment.getMinute(),
                moment.getSecond(),
                moment.getNano() / 1_000);
        return switch (type) {
            case POSTGRES_DATE -> Math.floorDiv(micros, 86_400_000_000L);
            case POSTGRES_TIMESTAMP, POSTGRES_TIMESTAMPTZ -> micros;
            case TIMESTAMP -> micros + 946_684_800_000_000L;
            default -> civil;
        };
    }
}
