package io.millrace.reader.mysql;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.millrace.error.MillraceException;
import io.millrace.position.MySqlGtids;
import io.millrace.reader.mysql.event.EventBytes;
import io.millrace.reader.mysql.event.EventChecksum;
import io.millrace.reader.mysql.event.EventHeader;
import io.millrace.reader.mysql.event.EventPlace;
import io.millrace.reader.mysql.event.EventType;
import io.millrace.reader.mysql.event.MariaDbInflater;
import io.millrace.reader.mysql.event.PacketReader;
import io.millrace.reader.mysql.event.TransactionPayload;
import io.millrace.reader.mysql.value.JsonDecoder;
import io.millrace.reader.mysql.value.JsonDiffs;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Stream;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Whatever a server or a file says, it ends in our error or in rows: no other exception, no read past the end, no memory beyond what
 * was sent, no hang. As a plain test each method runs its seeds and the inputs that are kept under {@code CoverageFuzzTestInputs},
 * among them every crasher that was found, under its name. To look for new ones, guided by coverage:
 *
 * <pre>
 *  JAZZER_FUZZ=1 ./mvnw -pl readers/mysql -am verify -Dtest=None -Dit.test=CoverageFuzzTest#binaryJson \
 *      -Dsurefire.failIfNoSpecifiedTests=false -Dfailsafe.failIfNoSpecifiedTests=false
 * </pre>
 */
class CoverageFuzzTest {
    private static final String FOR_A_MINUTE = "60s";
    private static final int EVENT_LIMIT = 1 << 20;
    private static final String MYSQL = "mysql-8.0.31";

    /** Bytes behind and before an input: reads past its end are seen by what they bring, not by the array. */
    private static final int MARGIN = 32;

    private static UnsafeBuffer among(byte[] data) {
        byte[] memory = new byte[data.length + 2 * MARGIN];
        java.util.Arrays.fill(memory, (byte) 0xEE);
        System.arraycopy(data, 0, memory, MARGIN, data.length);
        return new UnsafeBuffer(memory);
    }

    static Stream<byte[]> packetSeeds() {
        byte[] two = {3, 0, 0, 1, 0, 1, 2, 1, 0, 0, 2, 9};
        byte[] empty = {0, 0, 0, 1};
        return Stream.of(two, empty);
    }

    @MethodSource("packetSeeds")
    @FuzzTest(maxDuration = FOR_A_MINUTE)
    void packets(byte[] data) throws IOException {
        PacketReader packets = new PacketReader(new ByteArrayInputStream(data), 1);
        try {
            while (true) {
                packets.next();
                packets.join();
                packets.isNextBuffered();
                requireInside(packets.offset(), packets.limit(), packets.bytes().length);
            }
        } catch (EOFException | MillraceException e) {
            // the end, or an order that cannot be
        }
    }

    private static void requireInside(int from, int to, int length) {
        if (from < 0 || to < from || to > length) {
            throw new AssertionError("from=" + from + ", to=" + to + ", length=" + length);
        }
    }

    /** Events as (length 2, type 1, body), so that few bytes of an input are spent on what is checked first. */
    static Stream<byte[]> eventSeeds() {
        return GoldenBinlog.NAMES.stream().map(name -> {
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            List<byte[]> events = GoldenBinlog.load(name).events();
            for (byte[] event : events.subList(1, events.size())) {
                int body = event.length - EventHeader.LENGTH - EventChecksum.LENGTH;
                out.write(body + 1);
                out.write((body + 1) >> 8);
                out.write(event[4]);
                out.write(event, EventHeader.LENGTH, body);
            }
            return out.toByteArray();
        });
    }

    @MethodSource("eventSeeds")
    @FuzzTest(maxDuration = FOR_A_MINUTE)
    void events(byte[] data) {
        try (BinlogStream stream = GoldenBinlog.stream(new RecordingSink(MySqlGtids.EMPTY))) {
            stream.place().rotate("fuzz.000001", 4);
            send(stream, GoldenBinlog.load(MYSQL).events().get(0));
            for (int at = 0; at + 3 <= data.length; ) {
                int length = (data[at] & 0xFF) | (data[at + 1] & 0xFF) << 8;
                int end = Math.min(data.length, at + 2 + length);
                int type = data[at + 2] & 0xFF;
                if (end > at + 3 && isBounded(type)) {
                    send(stream, event(data, at + 2, end));
                }
                at = Math.max(end, at + 3);
            }
        } catch (MillraceException e) {
            // what it must end in
        }
    }

    /** A payload's window may take a GiB; {@link #payload} has a limit of its own. A new format would turn checksums on. */
    private static boolean isBounded(int type) {
        return type != EventType.TRANSACTION_PAYLOAD_EVENT.code() && type != EventType.FORMAT_DESCRIPTION_EVENT.code();
    }

    private static byte[] event(byte[] data, int from, int to) {
        byte[] event = new byte[EventHeader.LENGTH + to - from - 1 + EventChecksum.LENGTH];
        UnsafeBuffer header = new UnsafeBuffer(event);
        header.putByte(4, data[from]);
        header.putInt(9, event.length);
        System.arraycopy(data, from + 1, event, EventHeader.LENGTH, to - from - 1);
        java.util.zip.CRC32 crc = new java.util.zip.CRC32();
        crc.update(event, 0, event.length - EventChecksum.LENGTH);
        header.putInt(event.length - EventChecksum.LENGTH, (int) crc.getValue());
        return event;
    }

    private static void send(BinlogStream stream, byte[] event) {
        UnsafeBuffer memory = among(event);
        stream.onEvent(memory, memory.byteArray(), MARGIN, event.length);
    }

    static Stream<byte[]> payloadSeeds() {
        byte[] event = new byte[60];
        new UnsafeBuffer(event).putInt(9, event.length);
        byte[] zstd = com.github.luben.zstd.Zstd.compress(event, 3);
        byte[] head = {2, 1, 0, 1, 1, (byte) zstd.length, 3, 1, (byte) event.length, 0};
        byte[] plain = {2, 3, (byte) 252, (byte) 255, 0, 1, 1, (byte) event.length, 3, 1, (byte) event.length, 0};
        return Stream.of(joined(head, zstd), joined(plain, event));
    }

    private static byte[] joined(byte[] a, byte[] b) {
        byte[] all = java.util.Arrays.copyOf(a, a.length + b.length);
        System.arraycopy(b, 0, all, a.length, b.length);
        return all;
    }

    @MethodSource("payloadSeeds")
    @FuzzTest(maxDuration = FOR_A_MINUTE)
    void payload(byte[] data) {
        UnsafeBuffer memory = among(data);
        try (TransactionPayload payload = new TransactionPayload(
                new EventPlace(),
                (buffer, offset, length) -> requireInside(offset, offset + length, buffer.capacity()),
                EVENT_LIMIT)) {
            EventBytes bytes = new EventBytes(new EventPlace()).wrap(memory, MARGIN, MARGIN + data.length);
            payload.begin(bytes);
            payload.inflate(memory.byteArray(), bytes.position(), bytes.remaining());
            payload.end();
            if (payload.capacity() > 4 * EVENT_LIMIT) {
                throw new AssertionError("window: " + payload.capacity());
            }
        } catch (MillraceException e) {
            // what it must end in
        }
    }

    static Stream<byte[]> compressedSeeds() {
        java.util.zip.Deflater deflater = new java.util.zip.Deflater();
        deflater.setInput("SELECT 1".getBytes(StandardCharsets.US_ASCII));
        deflater.finish();
        byte[] zlib = new byte[100];
        int length = deflater.deflate(zlib);
        deflater.end();
        return Stream.of(joined(new byte[] {(byte) 0x81, 8}, java.util.Arrays.copyOf(zlib, length)));
    }

    @MethodSource("compressedSeeds")
    @FuzzTest(maxDuration = FOR_A_MINUTE)
    void compressed(byte[] data) {
        try (MariaDbInflater inflater = new MariaDbInflater()) {
            UnsafeBuffer memory = among(data);
            inflater.inflate(new EventBytes(new EventPlace()).wrap(memory, MARGIN, MARGIN + data.length));
        } catch (MillraceException e) {
            // what it must end in
        }
    }

    static Stream<byte[]> jsonSeeds() {
        byte[] object = {0, 1, 0, 12, 0, 11, 0, 1, 0, 5, 7, 0, 'a'};
        byte[] array = {2, 2, 0, 12, 0, 5, 1, 0, 12, 10, 0, 1, 'x'};
        byte[] string = {12, 3, 'a', '"', 'b'};
        byte[] opaque = {15, (byte) 246, 4, 3, 1, (byte) 128, 15};
        return Stream.of(object, array, string, opaque);
    }

    @MethodSource("jsonSeeds")
    @FuzzTest(maxDuration = FOR_A_MINUTE)
    void binaryJson(byte[] data) {
        try {
            new JsonDecoder(new EventPlace()).decode(among(data), MARGIN, data.length);
        } catch (MillraceException e) {
            // what it must end in
        }
    }

    /** The length of the document (1), the document, the differences. */
    static Stream<byte[]> diffSeeds() {
        byte[] object = {13, 0, 1, 0, 12, 0, 11, 0, 1, 0, 5, 7, 0, 'a'};
        byte[] replace = {0, 3, '$', '.', 'a', 3, 5, 9, 0};
        byte[] insert = {1, 5, '$', '.', '"', 'b', '"', 3, 12, 1, 'x'};
        byte[] remove = {2, 3, '$', '.', 'a'};
        byte[] array = {13, 2, 2, 0, 12, 0, 5, 1, 0, 12, 10, 0, 1, 'x'};
        byte[] cell = {0, 4, '$', '[', '1', ']', 3, 5, 9, 0};
        byte[] last = {2, 9, '$', '[', 'l', 'a', 's', 't', '-', '1', ']'};
        return Stream.of(
                joined(object, replace),
                joined(object, insert),
                joined(object, remove),
                joined(array, cell),
                joined(array, last));
    }

    @MethodSource("diffSeeds")
    @FuzzTest(maxDuration = FOR_A_MINUTE)
    void jsonDiffs(byte[] data) {
        if (data.length == 0) {
            return;
        }
        int length = Math.min(data[0] & 0xFF, data.length - 1);
        UnsafeBuffer memory = among(data);
        try {
            JsonDecoder decoder = new JsonDecoder(new EventPlace());
            int textLength = decoder.decode(memory, MARGIN + 1, length);
            int rest = 1 + length;
            new JsonDiffs(new EventPlace())
                    .apply(decoder.text(), 0, textLength, memory, MARGIN + rest, data.length - rest);
        } catch (MillraceException e) {
            // what it must end in
        }
    }
}
