package io.millrace.reader.mysql;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.error.MillraceException;
import io.millrace.position.MySqlGtids;
import io.millrace.reader.mysql.event.EventChecksum;
import io.millrace.reader.mysql.event.EventHeader;
import io.millrace.reader.mysql.event.EventType;
import java.util.List;
import java.util.Random;
import java.util.zip.CRC32;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

/** Damaged events of real servers, with checksums that fit: whatever they say, they end in an error of ours or in rows. {@code -Drounds=} asks for more. */
class BinlogStreamFuzzTest {
    private static final int ROUNDS = Integer.getInteger("rounds", 1_000);

    @ParameterizedTest
    @FieldSource("io.millrace.reader.mysql.GoldenBinlog#NAMES")
    void shouldEndInAnErrorOfOursWhenEventsAreDamaged(String name) {
        long seed = Long.getLong("seed", System.nanoTime());
        System.out.println("seed=" + seed);
        Random random = new Random(seed);
        List<byte[]> events = GoldenBinlog.load(name).events();
        int failures = 0;
        for (int round = 0; round < ROUNDS; round++) {
            failures += runDamaged(events, random) ? 1 : 0;
        }
        assertTrue(failures > ROUNDS / 4, "failures=" + failures);
    }

    /** Streams all events, one of them damaged; whether that was noticed. */
    private static boolean runDamaged(List<byte[]> events, Random random) {
        int victim = 1 + random.nextInt(events.size() - 1);
        RecordingSink sink = new RecordingSink(MySqlGtids.EMPTY);
        try (BinlogStream stream = GoldenBinlog.stream(sink)) {
            return runDamaged(events, victim, stream, random);
        }
    }

    private static boolean runDamaged(List<byte[]> events, int victim, BinlogStream stream, Random random) {
        stream.place().rotate("golden.000001", 4);
        for (int i = 0; i < events.size(); i++) {
            byte[] event = events.get(i);
            // The damaged event lies between others, as in the reader's buffer: reads beyond it would not be noticed by
            // the array.
            byte[] damaged = i == victim ? damage(event, random) : event;
            byte[] memory = new byte[damaged.length + 64];
            System.arraycopy(damaged, 0, memory, 32, damaged.length);
            try {
                stream.onEvent(new UnsafeBuffer(memory), memory, 32, damaged.length);
            } catch (MillraceException e) {
                return true;
            } catch (RuntimeException | StackOverflowError e) {
                throw new AssertionError(
                        "event " + i + " of type " + EventType.describe(event[4]) + ": "
                                + java.util.HexFormat.of().formatHex(damaged),
                        e);
            }
        }
        return false;
    }

    private static byte[] damage(byte[] event, Random random) {
        byte[] damaged = event.clone();
        int body = event.length - EventHeader.LENGTH - EventChecksum.LENGTH;
        if (body > 0) {
            int count = 1 + random.nextInt(3);
            for (int i = 0; i < count; i++) {
                int at = EventHeader.LENGTH + random.nextInt(body);
                damaged[at] = switch (random.nextInt(4)) {
                    case 0 -> (byte) (damaged[at] ^ 1 << random.nextInt(8));
                    case 1 -> (byte) random.nextInt(256);
                    case 2 -> (byte) 0xFF;
                    default -> 0;
                };
            }
            if (random.nextInt(4) == 0) { // cut short
                int kept = EventHeader.LENGTH + random.nextInt(body) + EventChecksum.LENGTH;
                byte[] shorter = new byte[kept];
                System.arraycopy(damaged, 0, shorter, 0, kept);
                damaged = shorter;
                new UnsafeBuffer(damaged).putInt(9, kept);
            }
        }
        return withChecksum(damaged);
    }

    private static byte[] withChecksum(byte[] event) {
        CRC32 crc = new CRC32();
        crc.update(event, 0, event.length - EventChecksum.LENGTH);
        new UnsafeBuffer(event).putInt(event.length - EventChecksum.LENGTH, (int) crc.getValue());
        return event;
    }
}
