package io.millrace.reader.postgres.chunk;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.error.ErrorCode;
import io.millrace.error.MillraceException;
import io.millrace.schema.TableId;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class RawCopyTest {
    private static final byte[] SIGNATURE = "PGCOPY\n\377\r\n\0".getBytes(StandardCharsets.ISO_8859_1);

    private final List<byte[]> rows = new ArrayList<>();
    private final RawCopy copy = new RawCopy(new TableId("public", "t"), 2);

    private boolean take(byte[] message) {
        return copy.take(
                message, (bytes, offset, length) -> rows.add(Arrays.copyOfRange(bytes, offset, offset + length)));
    }

    private static byte[] header(byte[] behind) {
        return ByteBuffer.allocate(19 + behind.length)
                .put(SIGNATURE)
                .putInt(0)
                .putInt(0)
                .put(behind)
                .array();
    }

    /** Two fields: four bytes, and NULL. */
    private static byte[] row(int value) {
        return ByteBuffer.allocate(14)
                .putShort((short) 2)
                .putInt(4)
                .putInt(value)
                .putInt(-1)
                .array();
    }

    private static byte[] end() {
        return new byte[] {-1, -1};
    }

    private void assertRefused(byte[] message) {
        assertEquals(
                ErrorCode.EVENT_UNDECODABLE,
                assertThrows(MillraceException.class, () -> take(message)).code());
    }

    @Test
    void shouldHandOnEachRowWhenTheHeaderComesWithTheFirst() {
        assertTrue(take(header(row(7))));
        assertTrue(take(row(8)));
        assertFalse(take(end()));
        copy.requireEnded();
        assertEquals(2, rows.size());
        assertTrue(Arrays.equals(row(7), rows.get(0)) && Arrays.equals(row(8), rows.get(1)));
    }

    @Test
    void shouldHandOnNothingWhenThereIsNoRow() {
        assertFalse(take(header(end())));
        copy.requireEnded();
        assertTrue(rows.isEmpty());
    }

    @Test
    void shouldRefuseWhenTheEndIsMissing() {
        take(header(row(7)));
        assertThrows(MillraceException.class, copy::requireEnded);
    }

    @Test
    void shouldRefuseWhenAMessageIsCutOrLongerAtAnyByte() {
        take(header(row(7)));
        for (int length = 0; length < row(8).length; length++) {
            assertRefused(Arrays.copyOf(row(8), length));
        }
        assertRefused(Arrays.copyOf(row(8), row(8).length + 1));
        assertEquals(1, rows.size());
    }

    @Test
    void shouldRefuseWhenTheHeaderIsAnother() {
        byte[] message = header(row(7));
        message[14] = 1; // a flag that nobody knows
        assertRefused(message);
    }

    @Test
    void shouldRefuseWhenALengthOrTheNumberOfFieldsIsImpossible() {
        take(header(row(7)));
        byte[] fields = row(8);
        fields[1] = 3;
        assertRefused(fields);
        byte[] length = row(8);
        length[2] = -2;
        assertRefused(length);
    }
}
