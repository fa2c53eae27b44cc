package io.millrace.reader.mysql.event;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.millrace.error.ErrorCode;
import io.millrace.error.MillraceException;
import io.millrace.position.MySqlGtids;
import io.millrace.position.TransactionId;
import io.millrace.reader.mysql.GtidSets;
import java.io.ByteArrayOutputStream;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;

/** What MySQL writes since its GTIDs may have tags, in bytes. {@code -Dseed=} replays one seed. */
class TaggedGtidTest {
    private static final String UUID = "3e11fa47-71ca-11e1-9e33-c80aa9429562";

    /** Values and their bytes as the serialization library's readme gives them, and the ends of each length. */
    @Test
    void shouldReadNumbersOfEveryLength() {
        assertEquals(65535, unsigned("fbff07"));
        assertEquals(65535, signed("f3ff0f"));
        assertEquals(-65535, signed("ebff0f"));
        assertEquals(-65536, signed("fbff0f"));
        assertEquals(0, unsigned("00"));
        assertEquals(127, unsigned("fe"));
        assertEquals(128, unsigned("0102"));
        assertEquals(-1, unsigned("ffffffffffffffffff"));
        assertEquals(Long.MIN_VALUE, signed("ffffffffffffffffff"));
        assertEquals((1L << 56) - 1, unsigned("7fffffffffffffff"));
        for (String cut : List.of("", "01", "03ff", "ffffffffffffffff")) {
            assertEquals(
                    ErrorCode.EVENT_UNDECODABLE,
                    assertThrows(MillraceException.class, () -> unsigned(cut)).code());
        }
    }

    private static long unsigned(String hex) {
        return SerializedFields.unsigned(bytes(HexFormat.of().parseHex(hex)), "number");
    }

    private static long signed(String hex) {
        return SerializedFields.signed(bytes(HexFormat.of().parseHex(hex)), "number");
    }

    private static EventBytes bytes(byte[] array) {
        return new EventBytes(new EventPlace()).wrap(new UnsafeBuffer(array), 0, array.length);
    }

    @Test
    void shouldReadBackEverySetInBothForms() {
        Random random = new Random(Long.getLong("seed", 11));
        for (int i = 0; i < 500; i++) {
            MySqlGtids set = GtidSets.random(random, i % 2 == 0);
            byte[] encoded = GtidSetCodec.encode(set);
            EventBytes bytes = bytes(encoded);
            assertEquals(set, GtidSetCodec.decode(bytes));
            assertEquals(0, bytes.remaining());
            int cut = random.nextInt(encoded.length);
            byte[] shorter = java.util.Arrays.copyOf(encoded, cut);
            assertEquals(
                    ErrorCode.EVENT_UNDECODABLE,
                    assertThrows(MillraceException.class, () -> GtidSetCodec.decode(bytes(shorter)))
                            .code());
        }
    }

    @Test
    void shouldMarkASetWithTagsInItsCount() {
        assertEquals(
                "0102000000000001" + UUID.replace("-", "") + "00" + "01000000000000000100000000000000"
                        + "0400000000000000" + UUID.replace("-", "") + "0461" + "62" + "0100000000000000"
                        + "05000000000000000600000000000000",
                HexFormat.of().formatHex(GtidSetCodec.encode(MySqlGtids.parse(UUID + ":1-3:ab:5"))));
    }

    @Test
    void shouldStopWhenAFieldThatMustBeKnownIsNot() {
        ByteArrayOutputStream event = new ByteArrayOutputStream();
        event.writeBytes(HexFormat.of().parseHex("02" + "10" + "1c")); // version 1, length 8, needed up to field 13
        MillraceException refused = assertThrows(
                MillraceException.class,
                () -> GtidDecoder.decodeTagged(bytes(event.toByteArray()), 0, new TransactionId()));
        assertEquals(ErrorCode.EVENT_UNSUPPORTED, refused.code());
    }

    @Test
    void shouldFailPreciselyWhenDamaged() {
        Random random = new Random(Long.getLong("seed", 12));
        for (int i = 0; i < 20_000; i++) {
            byte[] noise = new byte[random.nextInt(80)];
            random.nextBytes(noise);
            if (noise.length > 2) {
                noise[0] = 2;
                noise[2] = 24;
            }
            try {
                GtidDecoder.decodeTagged(bytes(noise), 0, new TransactionId());
                GtidSetCodec.decode(bytes(noise));
            } catch (MillraceException e) {
                assertEquals(
                        true,
                        e.code() == ErrorCode.EVENT_UNDECODABLE || e.code() == ErrorCode.EVENT_UNSUPPORTED,
                        e.display());
            }
        }
    }
}
