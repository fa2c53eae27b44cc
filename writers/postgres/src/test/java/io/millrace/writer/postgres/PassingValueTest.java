package io.millrace.writer.postgres;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.row.ImageFlyweight;
import io.millrace.schema.ColumnType;
import io.millrace.schema.TableSchema;
import io.millrace.writer.TestRun;
import io.millrace.writer.TestSchemas;
import io.millrace.writer.postgres.connection.BinaryOutput;
import io.millrace.writer.postgres.value.BytesEncoder;
import io.millrace.writer.postgres.value.Fault;
import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.Random;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A large value passes through a small array, and what leaves is what would have stood in a large one. */
class PassingValueTest {
    private static final int CAPACITY = 128 * 1024;
    private static final int LARGE = 1024 * 1024;

    private final long seed = Long.getLong("seed", System.nanoTime());
    private final Random random = new Random(seed);
    private final ByteArrayOutputStream passed = new ByteArrayOutputStream();
    private final BinaryOutput passing = new BinaryOutput(CAPACITY, (bytes, length) -> {
        assertTrue(bytes.length <= CAPACITY, () -> "grown to " + bytes.length);
        passed.write(bytes, 0, length);
    });

    private static ImageFlyweight image(byte[] value) {
        TableSchema schema = TestSchemas.table("a", "b", 0, TestSchemas.of("v", ColumnType.BINARY, "", -1, -1));
        byte[] bytes = TestRun.image(schema, value);
        return new ImageFlyweight().wrap(new UnsafeBuffer(bytes), 0, bytes.length);
    }

    private byte[] value(int length) {
        byte[] bytes = new byte[length];
        for (int i = 0; i < length; i++) {
            bytes[i] = (byte) (1 + random.nextInt(255));
        }
        return bytes;
    }

    @ParameterizedTest
    @EnumSource(BytesEncoder.class)
    void shouldPassWhatWouldHaveStoodInALargeArray(BytesEncoder encoder) {
        BinaryOutput whole = new BinaryOutput(16);
        for (int length :
                new int[] {0, 1, CAPACITY / 4, LARGE, LARGE + 1 + random.nextInt(LARGE), LARGE + CAPACITY, 1}) {
            if (encoder == BytesEncoder.STRIPPED_TEXT && length >= LARGE) {
                continue; // what is dropped of it is known when it stands
            }
            ImageFlyweight image = image(value(length));
            assertEquals(Fault.NONE, encoder.put(image, 0, whole));
            assertEquals(Fault.NONE, encoder.put(image, 0, passing));
        }
        passed.write(passing.bytes(), 0, passing.length());
        assertArrayEquals(Arrays.copyOf(whole.bytes(), whole.length()), passed.toByteArray(), () -> "seed=" + seed);
    }

    @Test
    void shouldFindANulCharacterBeforeAnythingOfItHasPassed() {
        for (int at : new int[] {0, 7, LARGE / 2 + 3, LARGE + 4}) {
            byte[] value = value(LARGE + 5);
            value[at] = 0;
            assertEquals(Fault.NUL_CHARACTER, BytesEncoder.TEXT.put(image(value), 0, passing), () -> "at=" + at);
            assertEquals(0, passed.size());
            assertEquals(0, passing.length());
        }
    }
}
