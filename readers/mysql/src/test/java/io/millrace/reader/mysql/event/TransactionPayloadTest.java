package io.millrace.reader.mysql.event;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.github.luben.zstd.Zstd;
import io.millrace.error.ErrorCode;
import io.millrace.error.MillraceException;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;

class TransactionPayloadTest {
    private static final int LIMIT = 1 << 20;

    private final List<byte[]> events = new ArrayList<>();

    private TransactionPayload payload() {
        return new TransactionPayload(
                new EventPlace(),
                (buffer, offset, length) -> events.add(Arrays.copyOfRange(buffer.byteArray(), offset, offset + length)),
                LIMIT);
    }

    private static byte[] event(int length, Random random) {
        byte[] event = new byte[length];
        random.nextBytes(event);
        new UnsafeBuffer(event).putInt(9, length);
        return event;
    }

    private static List<byte[]> events(int... lengths) {
        Random random = new Random(5);
        return Arrays.stream(lengths).mapToObj(length -> event(length, random)).toList();
    }

    private static byte[] joined(List<byte[]> events) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        events.forEach(all::writeBytes);
        return all.toByteArray();
    }

    /** The fields: those with -1 are left out. */
    private static byte[] head(long payloadLength, int compression, long inflatedLength) {
        ByteArrayOutputStream head = new ByteArrayOutputStream();
        field(head, 2, compression);
        field(head, 1, payloadLength);
        field(head, 3, inflatedLength);
        head.write(0);
        return head.toByteArray();
    }

    private static void field(ByteArrayOutputStream head, int number, long value) {
        if (value >= 0) {
            head.write(number);
            head.write(9);
            head.write(254);
            for (int i = 0; i < 8; i++) {
                head.write((int) (value >>> (8 * i)));
            }
        }
    }

    private static void begin(TransactionPayload payload, byte[] head) {
        payload.begin(new EventBytes(new EventPlace()).wrap(new UnsafeBuffer(head), 0, head.length));
    }

    private void run(byte[] head, byte[] body, int partLength) {
        try (TransactionPayload payload = payload()) {
            begin(payload, head);
            for (int at = 0; at < body.length; at += partLength) {
                payload.inflate(body, at, Math.min(partLength, body.length - at));
            }
            payload.end();
        }
    }

    private void assertSame(List<byte[]> expected) {
        assertEquals(expected.size(), events.size());
        for (int i = 0; i < expected.size(); i++) {
            assertTrue(Arrays.equals(expected.get(i), events.get(i)), "event " + i);
        }
        events.clear();
    }

    @Test
    void shouldHandOutEveryEventWhenCutAnywhere() {
        List<byte[]> expected = events(19, 20, 400_000, 30, 262_144, 100, 1_000_000, 19);
        byte[] inflated = joined(expected);
        byte[] zstd = Zstd.compress(inflated, 3);
        for (int partLength : new int[] {1, 7, 4096, 100_000, Integer.MAX_VALUE / 2}) {
            run(head(zstd.length, 0, inflated.length), zstd, partLength);
            assertSame(expected);
            if (partLength > 1) {
                run(head(inflated.length, 255, inflated.length), inflated, partLength);
                assertSame(expected);
            }
        }
    }

    @Test
    void shouldHandOutEveryEventWhenCompressedInManyFrames() {
        List<byte[]> expected = events(50, 300_000, 19, 21);
        ByteArrayOutputStream frames = new ByteArrayOutputStream();
        expected.forEach(event -> frames.writeBytes(Zstd.compress(event, 1)));
        run(head(-1, 0, -1), frames.toByteArray(), 11);
        assertSame(expected);
    }

    @Test
    void shouldHoldBackTheLastEventUntilTheEnd() {
        List<byte[]> expected = events(100, 200);
        byte[] zstd = Zstd.compress(joined(expected), 3);
        try (TransactionPayload payload = payload()) {
            begin(payload, head(zstd.length, 0, 300));
            payload.inflate(zstd, 0, zstd.length);
            assertEquals(1, events.size());
            payload.end();
            assertSame(expected);
        }
    }

    @Test
    void shouldStayInItsWindowWhenThePayloadIsLarge() {
        // 512 MiB of events of 8 KiB each, out of a few kilobytes.
        byte[] event = new byte[8192];
        new UnsafeBuffer(event).putInt(9, event.length);
        byte[] megabyte = joined(java.util.Collections.nCopies(128, event));
        byte[] frame = Zstd.compress(megabyte, 3);
        long[] count = new long[1];
        try (TransactionPayload payload =
                new TransactionPayload(new EventPlace(), (buffer, offset, length) -> count[0]++, LIMIT)) {
            begin(payload, head(512L * frame.length, 0, 512L << 20));
            for (int i = 0; i < 512; i++) {
                payload.inflate(frame, 0, frame.length);
            }
            payload.end();
            assertEquals(512 * 128, count[0]);
            assertEquals(256 << 10, payload.capacity());
        }
    }

    @Test
    void shouldRefuseAnEventWhenItIsOverTheLimit() {
        List<byte[]> largest = events(LIMIT);
        byte[] zstd = Zstd.compress(largest.get(0), 3);
        run(head(zstd.length, 0, LIMIT), zstd, 5_000);
        assertSame(largest);
        byte[] larger = Zstd.compress(events(LIMIT + 1).get(0), 3);
        assertRefused(ErrorCode.ROW_TOO_LARGE, head(larger.length, 0, LIMIT + 1), larger);
    }

    @Test
    void shouldRefuseWhenBytesAndFieldsDisagree() {
        byte[] inflated = joined(events(100, 200));
        byte[] zstd = Zstd.compress(inflated, 3);
        assertRefused(ErrorCode.EVENT_UNDECODABLE, head(zstd.length, 0, 299), zstd);
        assertRefused(ErrorCode.EVENT_UNDECODABLE, head(zstd.length, 0, 301), zstd);
        assertRefused(ErrorCode.EVENT_UNDECODABLE, head(zstd.length + 1, 0, 300), zstd);
        assertRefused(
                ErrorCode.EVENT_UNDECODABLE, head(-1, 0, 300), Arrays.copyOf(zstd, zstd.length - 1)); // a cut frame
        assertRefused(ErrorCode.EVENT_UNDECODABLE, head(-1, 0, 300), Arrays.copyOf(zstd, zstd.length + 3));
        assertRefused(ErrorCode.EVENT_UNDECODABLE, head(-1, -1, 300), zstd);
        assertRefused(ErrorCode.EVENT_UNSUPPORTED, head(-1, 7, 300), zstd);
        byte[] cutEvent = Zstd.compress(Arrays.copyOf(inflated, 250), 3);
        assertRefused(ErrorCode.EVENT_UNDECODABLE, head(-1, 0, 250), cutEvent);
        byte[] cutHeader = Zstd.compress(Arrays.copyOf(inflated, 110), 3);
        assertRefused(ErrorCode.EVENT_UNDECODABLE, head(-1, 0, 110), cutHeader);
        new UnsafeBuffer(inflated).putInt(9, 18);
        assertRefused(ErrorCode.EVENT_UNDECODABLE, head(-1, 0, 300), Zstd.compress(inflated, 3));
        byte[] damaged = zstd.clone();
        Arrays.fill(damaged, 0, 8, (byte) 0x55);
        assertRefused(ErrorCode.EVENT_UNDECODABLE, head(-1, 0, 300), damaged);
    }

    private void assertRefused(ErrorCode code, byte[] head, byte[] body) {
        MillraceException refused = assertThrows(MillraceException.class, () -> run(head, body, 50));
        assertEquals(code, refused.code(), refused.display());
        events.clear();
    }
}
