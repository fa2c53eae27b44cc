package io.millrace.writer.postgres.type;

import static io.millrace.writer.postgres.type.TypeFit.EXACT;
import static io.millrace.writer.postgres.type.TypeFit.LOSSY;
import static io.millrace.writer.postgres.type.TypeFit.LOUD;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.millrace.schema.Column;
import io.millrace.schema.ColumnType;
import io.millrace.writer.TestSchemas;
import io.millrace.writer.postgres.catalog.CatalogColumn;
import io.millrace.writer.postgres.connection.Oids;
import java.util.List;
import org.junit.jupiter.api.Test;

class TypeFitTest {
    private static Column source(ColumnType type, int length, int scale) {
        return TestSchemas.of("v", type, type == ColumnType.TEXT ? "varchar(" + length + ")" : "", length, scale);
    }

    private static void assertFit(TypeFit expected, Column source, int oid, int modifier) {
        CatalogColumn target = new CatalogColumn("v", oid, modifier, 1, "", "", false, false, "", false, true);
        assertEquals(expected, TypeFit.of(source, target), source + " into " + oid + "/" + modifier);
    }

    private static int numeric(int precision, int scale) {
        return ((precision << 16) | (scale & 0x7FF)) + 4;
    }

    @Test
    void shouldCompareRangesOfWholeNumbers() {
        Column bigint = source(ColumnType.INTEGER, 8, -1);
        assertFit(EXACT, bigint, Oids.INT8, -1);
        assertFit(LOUD, bigint, Oids.INT4, -1);
        assertFit(LOSSY, bigint, Oids.FLOAT8, -1);
        assertFit(EXACT, bigint, Oids.NUMERIC, -1);
        assertFit(EXACT, bigint, Oids.NUMERIC, numeric(19, 0));
        assertFit(LOUD, bigint, Oids.NUMERIC, numeric(19, 1));
        assertFit(LOSSY, bigint, Oids.DATE, -1);
        assertFit(EXACT, source(ColumnType.INTEGER, 4, -1), Oids.INT4, -1);
        assertFit(EXACT, source(ColumnType.INTEGER, 4, -1), Oids.FLOAT8, -1);
        assertFit(LOUD, source(ColumnType.UNSIGNED, 4, -1), Oids.INT4, -1);
        assertFit(EXACT, source(ColumnType.UNSIGNED, 4, -1), Oids.INT8, -1);
        assertFit(EXACT, source(ColumnType.UNSIGNED, 1, -1), Oids.INT2, -1);
        assertFit(LOUD, source(ColumnType.UNSIGNED, 2, -1), Oids.INT2, -1);
        assertFit(LOUD, source(ColumnType.UNSIGNED, 8, -1), Oids.INT8, -1);
        assertFit(EXACT, source(ColumnType.UNSIGNED, 8, -1), Oids.NUMERIC, numeric(20, 0));
        assertFit(LOUD, source(ColumnType.UNSIGNED, 8, -1), Oids.NUMERIC, numeric(19, 0));
        assertFit(LOUD, source(ColumnType.INTEGER, 1, -1), Oids.BOOL, -1);
        assertFit(EXACT, source(ColumnType.YEAR, -1, -1), Oids.INT2, -1);
    }

    @Test
    void shouldRefuseRoundingOfDecimals() {
        Column money = source(ColumnType.DECIMAL, 12, 2);
        assertFit(EXACT, money, Oids.NUMERIC, numeric(12, 2));
        assertFit(EXACT, money, Oids.NUMERIC, numeric(20, 4));
        assertFit(LOSSY, money, Oids.NUMERIC, numeric(20, 1));
        assertFit(LOSSY, money, Oids.NUMERIC, numeric(20, -2));
        assertFit(LOUD, money, Oids.NUMERIC, numeric(11, 2));
        assertFit(LOSSY, money, Oids.FLOAT8, -1);
        assertFit(LOSSY, money, Oids.INT8, -1);
        assertFit(EXACT, source(ColumnType.DECIMAL, 18, 0), Oids.INT8, -1);
        assertFit(LOUD, source(ColumnType.DECIMAL, 19, 0), Oids.INT8, -1);
        assertFit(LOSSY, source(ColumnType.DOUBLE, -1, -1), Oids.FLOAT4, -1);
        assertFit(EXACT, source(ColumnType.FLOAT, -1, -1), Oids.FLOAT8, -1);
    }

    @Test
    void shouldRefuseRoundingAndZonesOfTimes() {
        Column datetime = source(ColumnType.DATETIME, -1, 3);
        assertFit(EXACT, datetime, Oids.TIMESTAMP, -1);
        assertFit(EXACT, datetime, Oids.TIMESTAMP, 3);
        assertFit(LOSSY, datetime, Oids.TIMESTAMP, 2);
        assertFit(LOSSY, datetime, Oids.TIMESTAMPTZ, -1);
        assertFit(LOSSY, datetime, Oids.DATE, -1);
        Column timestamp = source(ColumnType.TIMESTAMP, -1, 6);
        assertFit(EXACT, timestamp, Oids.TIMESTAMPTZ, 6);
        assertFit(LOUD, timestamp, Oids.TIMESTAMP, -1);
        assertFit(LOSSY, timestamp, Oids.TIMESTAMP, 0);
        assertFit(EXACT, source(ColumnType.DATE, -1, -1), Oids.TIMESTAMP, 0);
        Column time = source(ColumnType.TIME, -1, 6);
        assertFit(EXACT, time, Oids.INTERVAL, -1);
        assertFit(EXACT, time, Oids.INTERVAL, 0x7FFF << 16 | 6);
        assertFit(LOSSY, time, Oids.INTERVAL, 0x7FFF << 16 | 5);
        assertFit(LOSSY, time, Oids.INTERVAL, 1 << 26 | 0xFFFF);
        assertFit(LOUD, time, 1083, -1);
    }

    @Test
    void shouldCompareLengthsOfText() {
        Column text = source(ColumnType.TEXT, 60, -1);
        assertFit(EXACT, text, Oids.TEXT, -1);
        assertFit(EXACT, text, Oids.VARCHAR, -1);
        assertFit(EXACT, text, Oids.VARCHAR, 64);
        assertFit(LOUD, text, Oids.VARCHAR, 63);
        assertFit(LOSSY, text, Oids.BPCHAR, 64);
        assertFit(LOSSY, text, 19, -1);
        assertFit(LOSSY, text, Oids.INT4, -1);
        assertFit(LOUD, text, Oids.UUID, -1);
        assertFit(LOUD, text, 999_999, -1);
        assertFit(EXACT, source(ColumnType.DATETIME, -1, 6), Oids.TEXT, -1);
        assertFit(LOSSY, source(ColumnType.BINARY, 10, -1), Oids.TEXT, -1);
        assertFit(EXACT, source(ColumnType.BINARY, 10, -1), Oids.BYTEA, -1);
        assertFit(EXACT, source(ColumnType.JSON, -1, -1), Oids.JSONB, -1);
        assertFit(EXACT, TestSchemas.of("v", ColumnType.TEXT, "char(5)", 5, -1), Oids.BPCHAR, 9);
    }

    @Test
    void shouldCompareBits() {
        assertFit(EXACT, source(ColumnType.BIT, 1, -1), Oids.BOOL, -1);
        assertFit(LOSSY, source(ColumnType.BIT, 2, -1), Oids.BOOL, -1);
        assertFit(EXACT, source(ColumnType.BIT, 9, -1), Oids.BIT, 9);
        assertFit(LOSSY, source(ColumnType.BIT, 9, -1), Oids.BIT, 10);
        assertFit(EXACT, source(ColumnType.BIT, 9, -1), Oids.VARBIT, 10);
        assertFit(LOSSY, source(ColumnType.BIT, 9, -1), Oids.INT4, -1);
        assertFit(LOUD, source(ColumnType.BIT, 64, -1), Oids.INT8, -1);
        assertFit(EXACT, source(ColumnType.BIT, 64, -1), Oids.NUMERIC, -1);
    }

    private static void assertKeyFit(TypeFit expected, Column source, int oid, boolean isBytewise) {
        CatalogColumn target = new CatalogColumn("v", oid, -1, 1, "", "", false, false, "", false, isBytewise);
        assertEquals(expected, TypeFit.ofKey(source, target), source + " into " + oid + "/" + isBytewise);
    }

    private static Column words(ColumnType type, String sourceType, String collation) {
        return new Column("v", type, sourceType, false, 20, -1, collation, List.of("a"), false);
    }

    @Test
    void shouldRefuseKeysThatTheTargetTakesForOne() {
        for (String cased : List.of("binary", "utf8mb4_bin", "utf8mb4_0900_as_cs")) {
            Column text = words(ColumnType.TEXT, "varchar(20)", cased);
            assertKeyFit(EXACT, text, Oids.TEXT, true);
            assertKeyFit(LOSSY, text, Oids.TEXT, false);
            assertKeyFit(LOSSY, text, Oids.UUID, false);
            assertKeyFit(LOSSY, text, 999_999, false);
            assertKeyFit(LOUD, text, 999_999, true);
        }
        for (String coarse : List.of("utf8mb4_0900_ai_ci", "")) {
            assertKeyFit(EXACT, words(ColumnType.TEXT, "varchar(20)", coarse), Oids.TEXT, false);
            assertKeyFit(LOUD, words(ColumnType.TEXT, "char(36)", coarse), Oids.UUID, false);
        }
        assertKeyFit(LOSSY, words(ColumnType.ENUM, "mood", ""), Oids.TEXT, false);
        assertKeyFit(LOSSY, words(ColumnType.POSTGRES_TEXT, "character(5)", ""), Oids.TEXT, false);
        assertKeyFit(EXACT, words(ColumnType.POSTGRES_TEXT, "inet", ""), Oids.TEXT, false);
        assertKeyFit(EXACT, source(ColumnType.UUID, -1, -1), Oids.UUID, false);
        assertKeyFit(EXACT, source(ColumnType.INTEGER, 8, -1), Oids.TEXT, false);
    }
}
