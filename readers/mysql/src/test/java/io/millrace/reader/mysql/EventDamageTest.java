package io.millrace.reader.mysql;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.millrace.error.ErrorCode;
import io.millrace.error.MillraceException;
import io.millrace.position.MySqlGtids;
import io.millrace.reader.mysql.event.EventChecksum;
import io.millrace.reader.mysql.event.EventHeader;
import io.millrace.reader.mysql.event.EventType;
import io.millrace.reader.mysql.event.PayloadParts;
import java.util.List;
import java.util.Random;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

/**
 * A bit that turns over on the way is tried again, wherever it lies: in the type, the length or the body of an event. It is never
 * taken for something that the server wrote. {@code -Drounds=} asks for more.
 */
class EventDamageTest {
    private static final int ROUNDS = Integer.getInteger("rounds", 200);
    private static final int FLAGS_AT = 17;

    @ParameterizedTest
    @FieldSource("io.millrace.reader.mysql.GoldenBinlog#NAMES")
    void shouldTryAgainWhenABitTurnsOver(String name) {
        long seed = Long.getLong("seed", System.nanoTime());
        System.out.println("seed=" + seed);
        Random random = new Random(seed);
        List<byte[]> events = GoldenBinlog.load(name).events();
        for (int round = 0; round < ROUNDS; round++) {
            int victim = random.nextInt(events.size());
            byte[] event = events.get(victim);
            int bit = random.nextInt(8 * event.length);
            if (!isSpared(event, bit)) {
                assertDamageIsNoticed(events, victim, bit, random.nextInt(Integer.MAX_VALUE));
            }
        }
    }

    /** In a FORMAT_DESCRIPTION_EVENT: the flag that the server itself turns, and what says whether there are checksums. */
    private static boolean isSpared(byte[] event, int bit) {
        if (EventType.ofCode(event[4]) != EventType.FORMAT_DESCRIPTION_EVENT) {
            return false;
        }
        return bit == 8 * FLAGS_AT || bit / 8 == event.length - EventChecksum.LENGTH - 1;
    }

    private static void assertDamageIsNoticed(List<byte[]> events, int victim, int bit, int cut) {
        RecordingSink sink = new RecordingSink(MySqlGtids.EMPTY);
        try (BinlogStream stream = GoldenBinlog.stream(sink)) {
            stream.place().rotate("golden.000001", 4);
            for (int i = 0; i < victim; i++) {
                byte[] event = events.get(i);
                stream.onEvent(new UnsafeBuffer(event), event, 0, event.length);
            }
            byte[] damaged = events.get(victim).clone();
            damaged[bit / 8] ^= (byte) (1 << bit % 8);
            String what = EventType.describe(events.get(victim)[4]) + ", bit=" + bit + ", event=" + victim;
            assertDamaged(what, () -> stream.onEvent(new UnsafeBuffer(damaged), damaged, 0, damaged.length));
            if (BinlogStream.isInParts(damaged, 0)) {
                assertDamaged(what + ", in parts", () -> inParts(stream, damaged, cut));
            }
        }
    }

    /** The first part holds what stands before the compressed bytes, as a packet of 16 MiB does. */
    private static void inParts(BinlogStream stream, byte[] event, int cut) {
        int first = Math.min(event.length, EventHeader.LENGTH + 20 + cut % event.length);
        PayloadParts parts = stream.parts();
        parts.first(new UnsafeBuffer(event), event, 0, first);
        parts.next(event, first, event.length - first);
        parts.end();
    }

    private static void assertDamaged(String what, Executable deliver) {
        MillraceException failure = assertThrows(MillraceException.class, deliver, what);
        assertEquals(ErrorCode.SOURCE_PROTOCOL, failure.code(), () -> what + ": " + failure.display());
    }
}
