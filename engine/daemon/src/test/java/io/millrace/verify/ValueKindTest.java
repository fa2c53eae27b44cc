package io.millrace.verify;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

class ValueKindTest {
    @Test
    void shouldTellNullFromEmpty() {
        for (ValueKind kind : ValueKind.values()) {
            assertTrue(kind.areEqual(null, null));
            assertFalse(kind.areEqual(null, bytes("0")));
            assertEquals(kind == ValueKind.MOMENT_OR_NULL, kind.areEqual(bytes("0"), null), kind.name());
        }
        assertFalse(ValueKind.BYTES.areEqual(null, bytes("")));
    }

    @Test
    void shouldCompareByMeaning() {
        assertTrue(ValueKind.NUMBER.areEqual(bytes("1.50"), bytes("1.5")));
        assertFalse(ValueKind.NUMBER.areEqual(bytes("18446744073709551615"), bytes("18446744073709551614")));
        assertTrue(ValueKind.DOUBLE.areEqual(bytes("1e20"), bytes("100000000000000000000")));
        assertFalse(ValueKind.DOUBLE.areEqual(bytes("0.1"), bytes("0.10000000149011612")));
        assertTrue(ValueKind.MOMENT.areEqual(bytes("2024-01-01 00:00:00.500"), bytes("2024-01-01 00:00:00.5")));
        assertTrue(ValueKind.MOMENT.areEqual(bytes("2024-01-01 00:00:00.000"), bytes("2024-01-01 00:00:00")));
        assertFalse(ValueKind.MOMENT.areEqual(bytes("2024-01-01 00:00:00"), bytes("2024-01-01 00:00:01")));
        assertTrue(ValueKind.MOMENT.areEqual(bytes("0000-05-01"), bytes("0001-05-01 BC")));
        assertTrue(ValueKind.TIME.areEqual(bytes("-838:59:59.500000"), bytes("-3020399.500000")));
        assertFalse(ValueKind.TIME.areEqual(bytes("00:00:01"), bytes("1.000001")));
        assertFalse(ValueKind.BYTES.areEqual(bytes("a"), bytes("a ")));
    }

    @Test
    void shouldCompareWhatIsNoDateByTheTasksRule() {
        for (String none : new String[] {"0000-00-00", "2024-00-00 01:02:03.5", "2024-02-30", "0000-01-01"}) {
            assertTrue(ValueKind.MOMENT_OR_NULL.areEqual(bytes(none), null), none);
            assertFalse(ValueKind.MOMENT_OR_NULL.areEqual(bytes(none), bytes("2024-01-01")), none);
            assertTrue(ValueKind.MOMENT_OR_MIN.areEqual(bytes(none), bytes("0001-01-01 00:00:00")), none);
            assertFalse(ValueKind.MOMENT_OR_MIN.areEqual(bytes(none), null), none);
        }
        assertFalse(ValueKind.MOMENT_OR_NULL.areEqual(bytes("2024-02-29"), null));
        assertTrue(ValueKind.MOMENT_OR_NULL.areEqual(bytes("2024-02-29 00:00:00.50"), bytes("2024-02-29 00:00:00.5")));
        assertFalse(ValueKind.MOMENT_OR_MIN.areEqual(bytes("2024-02-29"), bytes("0001-01-01")));
    }

    @Test
    void shouldCompareTextWithoutNulAndVectorsByTheirBits() {
        assertTrue(ValueKind.STRIPPED.areEqual(bytes("a\0b\0"), bytes("ab")));
        assertFalse(ValueKind.STRIPPED.areEqual(bytes("a\0b"), bytes("a b")));
        byte[] vector = hex("0000803f" + "00000080");
        assertTrue(ValueKind.VECTOR.areEqual(vector, bytes("{1,-0}")));
        assertFalse(ValueKind.VECTOR.areEqual(vector, bytes("{1,0}")));
        assertFalse(ValueKind.VECTOR.areEqual(vector, bytes("{1}")));
    }

    @Test
    void shouldCompareGeometriesBySridAndShape() {
        byte[] mysql = hex("e6100000" + "0101000000" + "000000000000f03f0000000000000040");

        assertTrue(ValueKind.GEOMETRY.areEqual(mysql, hex("0101000020e6100000000000000000f03f0000000000000040")));
        assertFalse(ValueKind.GEOMETRY.areEqual(mysql, hex("0101000020e7100000000000000000f03f0000000000000040")));
        assertFalse(ValueKind.GEOMETRY.areEqual(mysql, hex("0101000000000000000000f03f0000000000000040")));
        assertFalse(ValueKind.GEOMETRY.areEqual(mysql, hex("0101000020e6100000000000000000f03f0000000000000041")));
        assertFalse(ValueKind.GEOMETRY.areEqual(mysql, hex("01")));
    }

    @Test
    void shouldOrderKeysAsTheServersDo() {
        assertEquals(-1, Integer.signum(ValueKind.NUMBER.order(bytes("9"), bytes("10"))));
        assertEquals(1, Integer.signum(ValueKind.BYTES.order(bytes("é"), bytes("z"))));
        assertEquals(-1, Integer.signum(ValueKind.BYTES.order(null, bytes(""))));
        assertEquals(-1, Integer.signum(ValueKind.TIME.order(bytes("-01:00:00"), bytes("0.5"))));
        assertEquals(
                -1,
                Integer.signum(ValueKind.MOMENT.order(bytes("2024-01-01 00:00:00.4"), bytes("2024-01-01 00:00:00.5"))));
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static byte[] hex(String digits) {
        return HexFormat.of().parseHex(digits);
    }
}
