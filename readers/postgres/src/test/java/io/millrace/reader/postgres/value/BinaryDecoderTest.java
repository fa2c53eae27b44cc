package io.millrace.reader.postgres.value;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.reader.HeapSpace;
import io.millrace.row.ImageFlyweight;
import io.millrace.row.RowEncoder;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Bytes that no server sends. What servers send is PostgresTypesContract's. {@code -Dseed=} replays. */
class BinaryDecoderTest {
    private static final int RUNS = 20_000;

    private final RowEncoder encoder = new RowEncoder(new HeapSpace());
    private final ImageFlyweight image = new ImageFlyweight();

    private boolean decode(BinaryDecoder decoder, byte[] bytes) {
        encoder.beginRecord();
        encoder.beginImage(1);
        boolean isTaken = decoder.mayHaveLength(bytes.length) && decoder.decode(bytes, 0, bytes.length, encoder, 0);
        encoder.endImage(false);
        encoder.wrapLastImage(image);
        return isTaken;
    }

    private String text() {
        byte[] bytes = new byte[image.valueLength(0)];
        image.buffer().getBytes(image.valueOffset(0), bytes);
        return new String(bytes, StandardCharsets.UTF_8);
    }

    private static byte[] numeric(int weight, int sign, int decimals, int... groups) {
        ByteBuffer bytes = ByteBuffer.allocate(8 + 2 * groups.length);
        bytes.putShort((short) groups.length)
                .putShort((short) weight)
                .putShort((short) sign)
                .putShort((short) decimals);
        Arrays.stream(groups).forEach(group -> bytes.putShort((short) group));
        return bytes.array();
    }

    @Test
    void shouldPrintANumericWithAsManyDecimalsAsItSays() {
        assertTrue(decode(BinaryDecoder.NUMERIC, numeric(1, 0, 2, 12, 34, 5600)));
        assertEquals("120034.56", text());
        assertTrue(decode(BinaryDecoder.NUMERIC, numeric(-2, 0x4000, 9, 12)));
        assertEquals("-0.000000120", text().substring(0, 12));
        assertTrue(decode(BinaryDecoder.NUMERIC, numeric(0, 0, 3)));
        assertEquals("0.000", text());
        assertTrue(decode(BinaryDecoder.NUMERIC, numeric(2, 0, 0, 1)));
        assertEquals("100000000", text());
    }

    @Test
    void shouldTakeEveryNanForTheSame() {
        assertTrue(decode(
                BinaryDecoder.FLOAT8,
                ByteBuffer.allocate(8).putLong(0xFFF8_0000_0000_0001L).array()));
        assertEquals(0x7FF8_0000_0000_0000L, image.longAt(0));
        assertTrue(decode(
                BinaryDecoder.FLOAT4, ByteBuffer.allocate(4).putInt(0xFFC0_0001).array()));
        assertEquals(0x7FC0_0000L, image.longAt(0));
    }

    @Test
    void shouldRefuseWhatIsNoSuchValue() {
        for (byte[] bytes : new byte[][] {
            numeric(0, 0, 0, 10_000),
            numeric(0, 0x1234, 0, 1),
            numeric(0, 0xC000, 0, 1),
            numeric(0, 0, 0x4000, 1),
            new byte[7]
        }) {
            assertEquals(false, decode(BinaryDecoder.NUMERIC, bytes), Arrays.toString(bytes));
        }
        assertEquals(false, decode(BinaryDecoder.BOOLEAN, new byte[] {2}));
        assertEquals(false, decode(BinaryDecoder.INT4, new byte[3]));
        assertEquals(false, decode(BinaryDecoder.JSONB, new byte[] {2, '1'}));
        assertEquals(false, decode(BinaryDecoder.JSONB, new byte[] {1}));
        assertEquals(
                false,
                decode(BinaryDecoder.TIME, ByteBuffer.allocate(8).putLong(-1).array()));
        assertEquals(false, decode(BinaryDecoder.UUID, new byte[0]));
    }

    @Test
    void shouldNeverFailOtherwise() {
        long seed = Long.getLong("seed", System.nanoTime());
        Random random = new Random(seed);
        List<BinaryDecoder> decoders = List.of(BinaryDecoder.values());
        int taken = 0;
        for (int i = 0; i < RUNS; i++) {
            BinaryDecoder decoder = decoders.get(random.nextInt(decoders.size()));
            byte[] bytes = new byte[random.nextInt(24)];
            random.nextBytes(bytes);
            if (decoder == BinaryDecoder.NUMERIC && bytes.length >= 8 && random.nextBoolean()) {
                bytes = numeric(
                        random.nextInt(200) - 100, 0x4000 * random.nextInt(2), random.nextInt(100), 1, 9999, 10);
            }
            try {
                taken += decode(decoder, bytes) ? 1 : 0;
            } catch (RuntimeException e) {
                throw new AssertionError(
                        "seed=" + seed + ", decoder=" + decoder + ", bytes=" + Arrays.toString(bytes), e);
            }
        }
        assertTrue(taken > RUNS / 20, "seed=" + seed + ", taken=" + taken);
    }
}
