package io.millrace.reader.postgres;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.millrace.error.MillraceException;
import io.millrace.position.PostgresPosition;
import io.millrace.reader.postgres.stream.PgOutputStream;
import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Whatever a server or a capture says, it ends in our error or in rows: no other exception, no call to the sink out of order, no read past
 * a message's end, no hang. As a plain test each method runs its seeds and the inputs that are kept under {@code CoverageFuzzTestInputs},
 * among them every crasher that was found, under its name. To look for new ones, guided by coverage:
 *
 * <pre>
 *  JAZZER_FUZZ=1 ./mvnw -pl readers/postgres -am verify -Dtest=None -Dit.test=CoverageFuzzTest#messages \
 *      -Dsurefire.failIfNoSpecifiedTests=false -Dfailsafe.failIfNoSpecifiedTests=false
 * </pre>
 */
class CoverageFuzzTest {
    private static final String FOR_A_MINUTE = "60s";

    /** Bytes behind and before a message: reads past its end are seen by what they bring, not by the array. */
    private static final int MARGIN = 64;

    /** Which golden stream, and with its tables, then its messages as (length 2, bytes). */
    static Stream<byte[]> messageSeeds() {
        return GoldenPgOutput.NAMES.stream().map(name -> {
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            out.write(GoldenPgOutput.NAMES.indexOf(name));
            for (byte[] message : GoldenPgOutput.load(name).messages()) {
                out.write(message.length);
                out.write(message.length >> Byte.SIZE);
                out.writeBytes(message);
            }
            return out.toByteArray();
        });
    }

    @MethodSource("messageSeeds")
    @FuzzTest(maxDuration = FOR_A_MINUTE)
    void messages(byte[] data) {
        if (data.length == 0) {
            return;
        }
        GoldenPgOutput golden = Golden.STREAMS[(data[0] & 0xFF) % Golden.STREAMS.length];
        PgOutputStream stream = golden.stream(new RecordingSink(new PostgresPosition(1, 1, 0)));
        try {
            for (int at = 1; at + Short.BYTES <= data.length; ) {
                int from = at + Short.BYTES;
                int length = Math.min((data[at] & 0xFF) | (data[at + 1] & 0xFF) << Byte.SIZE, data.length - from);
                byte[] memory = new byte[MARGIN + length + MARGIN];
                Arrays.fill(memory, (byte) 't');
                System.arraycopy(data, from, memory, MARGIN, length);
                stream.onMessage(memory, MARGIN, length, at);
                at = from + length;
            }
        } catch (MillraceException e) {
            // what it must end in
        }
    }

    /** Loaded once: an input takes microseconds. */
    private static final class Golden {
        static final GoldenPgOutput[] STREAMS =
                GoldenPgOutput.NAMES.stream().map(GoldenPgOutput::load).toArray(GoldenPgOutput[]::new);
    }

    static Stream<byte[]> captureSeeds() {
        return GoldenPgOutput.NAMES.stream()
                .map(name -> GoldenPgOutput.load(name).bytes());
    }

    @MethodSource("captureSeeds")
    @FuzzTest(maxDuration = FOR_A_MINUTE)
    void captures(byte[] data) {
        String dump = new GoldenPgOutput("fuzz", data).dump();
        if (dump.isEmpty() != (data.length == 0)) {
            throw new AssertionError("length=" + data.length);
        }
    }
}
