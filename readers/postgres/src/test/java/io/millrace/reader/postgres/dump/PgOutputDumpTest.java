package io.millrace.reader.postgres.dump;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.reader.postgres.GoldenPgOutput;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Captures that are cut or damaged: the dump says where, and ends. {@code -Dseed=} replays damages, {@code -Druns=} asks for more. */
class PgOutputDumpTest {
    private static final int RUNS = Integer.getInteger("runs", 500);
    private static final GoldenPgOutput WHOLE = GoldenPgOutput.load("postgres-18-streamed");

    private static List<String> lines(byte[] capture) {
        return new GoldenPgOutput("damaged", capture).dump().lines().toList();
    }

    @Test
    void shouldSayWhereTheCaptureEndsWhenItIsCut() {
        byte[] bytes = WHOLE.bytes();
        List<String> all = lines(bytes);
        for (int length = 0; length < Math.min(bytes.length, 400); length++) {
            List<String> lines = lines(Arrays.copyOf(bytes, length));
            boolean isCut = length > 0 && lines.get(lines.size() - 1).contains("! cannot be read on: the capture ends");
            int whole = isCut ? lines.size() - 1 : lines.size();
            assertEquals(all.subList(0, whole), lines.subList(0, whole), "length=" + length);
            int end = whole == 0 ? 0 : end(all.get(whole - 1));
            assertEquals(end != length, isCut, "length=" + length);
        }
    }

    private static int end(String line) {
        String[] parts = line.split(" ", -1);
        return Integer.parseInt(parts[0]) + Integer.parseInt(parts[1]) + 1;
    }

    @Test
    void shouldEndWhenBytesAreDamaged() {
        long seed = Long.getLong("seed", System.nanoTime());
        Random random = new Random(seed);
        int ended = 0;
        for (int i = 0; i < RUNS; i++) {
            byte[] bytes = WHOLE.bytes();
            bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
            List<String> lines = lines(bytes);
            ended += lines.get(lines.size() - 1).contains("!") ? 1 : 0;
        }
        assertTrue(ended > RUNS / 10, "seed=" + seed + ", ended=" + ended);
    }

    @Test
    void shouldSayWhatIsNotKnown() {
        assertEquals(List.of("0 ? ! cannot be read on: not known: type=0x78, offset=1"), lines(new byte[] {'x', '\n'}));
    }
}
