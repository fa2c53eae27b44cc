package io.millrace.reader.mysql.charset;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import io.millrace.error.ErrorCode;
import io.millrace.error.MillraceException;
import io.millrace.reader.mysql.value.AddressDecoder;
import io.millrace.reader.mysql.value.CompressedDecoder;
import io.millrace.reader.mysql.value.GeometryDecoder;
import io.millrace.reader.mysql.value.ValueDecoder;
import java.io.ByteArrayOutputStream;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import java.util.zip.Deflater;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;

/** Values as no server writes them, and what decoding costs. What servers write is compared in the ITs. */
class ValueDecoderTest {
    private static final int CALLS = 2_000;

    /** As if a server had every pair as the character of that number, but for the surrogates. */
    private static final MultiByteCharset GBK = MultiByteCharset.of(MultiByteLayout.GBK, ValueDecoderTest::characters);

    private static final MultiByteCharset GB18030 =
            MultiByteCharset.of(MultiByteLayout.GB18030, ValueDecoderTest::characters);
    private static final MultiByteCharset UJIS =
            MultiByteCharset.of(MultiByteLayout.UJIS, ValueDecoderTest::characters);

    private static String characters(String hex) {
        boolean isThree = hex.startsWith("8FA1A1");
        boolean isFour = hex.startsWith("8130");
        int digits = hex.startsWith("0001") ? 2 : isThree ? 6 : isFour ? 8 : 4;
        StringBuilder text = new StringBuilder();
        for (int at = 0; at < hex.length(); at += digits) {
            int code = (int) (Long.parseLong(hex.substring(at, at + digits), 16) & 0xFFFF);
            text.append(code >= 0xD800 && code < 0xE000 ? '?' : (char) code);
        }
        return text.toString();
    }

    @Test
    void shouldPutAQuestionMarkForEachByteThatBeginsNoCharacter() {
        assertEquals("a?b", text(GBK, "61FF62"));
        assertEquals("?", text(GBK, "81"));
        assertEquals("?0", text(GBK, "8130"));
        assertEquals((char) 0x8140 + "A", text(GBK, "814041"));
        assertEquals("??", text(UJIS, "8FA1"));
        assertEquals("?aa", text(UJIS, "8F6161"));
        assertEquals("?0?", text(GB18030, "8130FF"));
        assertEquals("?0?0", text(GB18030, "81308030"));
        assertEquals("?", text(GB18030, "8F308130"), "a place that is none of Unicode's");
        assertEquals("?", text(GB18030, "FE39FE39"));
        assertEquals(Character.toString(0x10000), text(GB18030, "90308130"));
        assertEquals(Character.toString(0x10FFFF), text(GB18030, "E3329A35"));
        assertEquals("?", text(GB18030, "E3329A36"));
    }

    @Test
    void shouldRefuseAServerThatHasAnotherNumberOfCharacters() {
        assertThrows(IllegalStateException.class, () -> MultiByteCharset.of(MultiByteLayout.SJIS, hex -> "x"));
    }

    @Test
    void shouldStopAtAGeometryThatIsTooShort() {
        assertEquals(
                ErrorCode.EVENT_UNDECODABLE,
                assertThrows(MillraceException.class, () -> bytes(GeometryDecoder.EWKB, "0000000001010000"))
                        .code());
        assertEquals("0000000001" + "00000007", bytes(GeometryDecoder.EWKB, "00000000" + "0000000001" + "00000007"));
        assertEquals("0020000001" + "00000007" + "FF", bytes(GeometryDecoder.EWKB, "07000000" + "0000000001" + "FF"));
    }

    @Test
    void shouldStopAtACompressedValueThatIsDamaged() {
        CompressedDecoder decoder = new CompressedDecoder(null);
        String packed = compressed("x".repeat(1000));
        assertEquals("78".repeat(1000), bytes(decoder, packed));
        assertEquals("", bytes(decoder, ""));
        assertEquals("0102", bytes(decoder, "000102"));
        for (String damaged : List.of(
                "90", // no such method
                "8A", // the length is missing
                "81FF", // nothing follows
                "84FFFFFFFF" + packed.substring(6), // more than could be
                "8203E9" + packed.substring(6), // one byte more than there is
                packed.substring(0, packed.length() - 16),
                "8203E8" + "FFFFFFFF")) {
            MillraceException found = assertThrows(MillraceException.class, () -> bytes(decoder, damaged), damaged);
            assertEquals(ErrorCode.EVENT_UNDECODABLE, found.code(), damaged);
        }
        assertEquals("78".repeat(1000), bytes(decoder, packed), "after a damaged one");
    }

    @Test
    void shouldAllocateNothingPerValue() {
        assertNoAllocation(GBK, "81405C61FEFE");
        assertNoAllocation(GB18030, "8140813081309030813061");
        assertNoAllocation(UJIS, "8FA1A1A1A18EA1");
        assertNoAllocation(GeometryDecoder.EWKB, "E61000000101000000000000000000F03F0000000000000040");
        assertNoAllocation(AddressDecoder.INET6, "20010DB8000000000000FF0000428329");
        assertNoAllocation(AddressDecoder.INET4, "0A");
        assertNoAllocation(new CompressedDecoder(GBK), compressed("x".repeat(1000)));
    }

    private static void assertNoAllocation(ValueDecoder decoder, String hex) {
        byte[] value = HexFormat.of().parseHex(hex);
        UnsafeBuffer from = new UnsafeBuffer(value);
        UnsafeBuffer to = new UnsafeBuffer(new byte[decoder.maxLength(from, 0, value.length)]);
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long id = Thread.currentThread().getId();
        for (int i = 0; i < CALLS; i++) {
            decoder.decode(from, 0, value.length, to, 0);
        }
        long before = threads.getThreadAllocatedBytes(id);
        for (int i = 0; i < CALLS; i++) {
            decoder.decode(from, 0, value.length, to, 0);
        }
        long perCall = (threads.getThreadAllocatedBytes(id) - before) / CALLS;
        assertTrue(perCall < 1, decoder + " allocates per value: bytes=" + perCall);
    }

    /** As MariaDB stores it: raw deflate. */
    private static String compressed(String text) {
        Deflater deflater = new Deflater(6, true);
        deflater.setInput(text.getBytes(StandardCharsets.US_ASCII));
        deflater.finish();
        byte[] buffer = new byte[text.length() + 64];
        int length = deflater.deflate(buffer);
        deflater.end();
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.write(0x8A);
        out.write(text.length() >> 8);
        out.write(text.length());
        out.write(buffer, 0, length);
        return HexFormat.of().withUpperCase().formatHex(out.toByteArray());
    }

    private static String text(ValueDecoder decoder, String hex) {
        return new String(HexFormat.of().parseHex(bytes(decoder, hex)), StandardCharsets.UTF_8);
    }

    private static String bytes(ValueDecoder decoder, String hex) {
        byte[] value = HexFormat.of().parseHex(hex);
        // Exactly as long as the value: one byte too far is an error.
        UnsafeBuffer from = new UnsafeBuffer(value);
        byte[] to = new byte[decoder.maxLength(from, 0, value.length)];
        int length = decoder.decode(from, 0, value.length, new UnsafeBuffer(to), 0);
        return HexFormat.of().withUpperCase().formatHex(to, 0, length);
    }
}
