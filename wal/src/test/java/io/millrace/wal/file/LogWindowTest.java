package io.millrace.wal.file;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.atomic.AtomicInteger;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LogWindowTest {
    private static final int USED = 8 << 10;
    private static final int WHOLE = 1 << 20;
    private static final int TIMES = 5_000;

    @TempDir
    Path directory;

    /** Found by the power cuts: a lane stopped with MR4003 because the file before the next one was cut to its length. */
    @Test
    void shouldMapWhatIsLeftWhenTheFileIsCutMeanwhile() throws Exception {
        Path file = directory.resolve("file");
        AtomicInteger wanted = new AtomicInteger();
        try (FileChannel written = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                FileChannel read = FileChannel.open(file, StandardOpenOption.READ)) {
            written.write(ByteBuffer.wrap(new byte[] {42}), USED - 1);
            AtomicInteger done = new AtomicInteger();
            Thread writer = new Thread(() -> cut(written, wanted, done), "writer");
            writer.start();
            try {
                for (int i = 1; i <= TIMES; i++) {
                    written.write(ByteBuffer.allocate(1), WHOLE - 1);
                    wanted.set(i);
                    LogWindow window = LogWindow.map(read, 0, WHOLE);
                    assertEquals(42, new UnsafeBuffer(window.address(USED - 1), 1).getByte(0));
                    window.unmap();
                    while (done.get() != i && writer.isAlive()) {
                        Thread.onSpinWait();
                    }
                }
            } finally {
                wanted.set(-1);
                writer.join();
            }
        }
    }

    /** Cuts the file once for each number. */
    private static void cut(FileChannel written, AtomicInteger wanted, AtomicInteger done) {
        try {
            for (int next = wanted.get(); next >= 0; next = wanted.get()) {
                if (next != done.get()) {
                    written.truncate(USED);
                    done.set(next);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
