package io.millrace.wal.mapped;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.position.MySqlGtids;
import io.millrace.row.Operation;
import io.millrace.wal.ChangeLog;
import io.millrace.wal.LogSettings;
import io.millrace.wal.codec.LogLimits;
import io.millrace.wal.file.CountedCycle;
import io.millrace.wal.file.FileCursor;
import io.millrace.wal.file.LogFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.Optional;
import net.openhft.chronicle.queue.ExcerptTailer;
import net.openhft.chronicle.queue.impl.single.SingleChronicleQueue;
import net.openhft.chronicle.queue.impl.single.SingleChronicleQueueBuilder;
import net.openhft.chronicle.wire.DocumentContext;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The bytes that {@code FORMAT.md} draws are those that the log writes. */
class FormatTest {
    @TempDir
    Path directory;

    private Workload write(int transactions) {
        LogSettings settings =
                new LogSettings(directory, 1L << 30, 1 << 20, MySqlGtids.EMPTY, Optional.empty(), "shop_to_dw");
        try (ChangeLog log = ChangeLogs.open(settings)) {
            Workload work = new Workload(log.sink());
            int orders = log.sink().announce(Workload.table("orders"));
            for (int i = 0; i < transactions; i++) {
                work.begin();
                work.row(orders, "orders", Operation.UPDATE, 7, 3);
                work.commit();
                log.sink().flush();
            }
            return work;
        }
    }

    private LogFile firstFile() {
        return new LogFile(1, 1, LogFile.epochDirectory(directory, 1).resolve(CountedCycle.fileName(1)), 0);
    }

    /** The hex of a fenced block in FORMAT.md: the second column of each line. */
    private static String golden(String block) throws IOException {
        StringBuilder hex = new StringBuilder();
        boolean isInside = false;
        for (String line : Files.readAllLines(
                Path.of(System.getProperty("millrace.root", "..")).resolve("wal/FORMAT.md"))) {
            if (line.startsWith("```")) {
                isInside = line.equals("```" + block);
            } else if (isInside) {
                hex.append(line.substring(5, 5 + 3 * 16).replace(" ", ""));
            }
        }
        return hex.toString();
    }

    @Test
    void shouldWriteTheBytesThatTheFormatPageShows() throws IOException {
        write(1);
        try (FileCursor cursor = new FileCursor(firstFile(), 1 << 20)) {
            assertEquals(FileCursor.Step.DOCUMENT, cursor.next());
            assertEquals(FileCursor.Step.DOCUMENT, cursor.next());
            byte[] bytes = new byte[cursor.documentLength()];
            cursor.document().getBytes(0, bytes);
            assertEquals(golden("golden"), HexFormat.of().formatHex(bytes), () -> "as it is now:\n" + lines(bytes));
        }
    }

    @Test
    void shouldWriteTheBytesOfAChainThatTheFormatPageShows() throws IOException {
        LogSettings settings =
                new LogSettings(directory, 1L << 30, 1 << 20, MySqlGtids.EMPTY, Optional.empty(), "shop_to_dw");
        try (ChangeLog log = ChangeLogs.open(settings)) {
            ChainWorkload chains = new ChainWorkload(log.sink(), new Workload(log.sink()));
            int orders = log.sink().announce(Workload.table("orders"));
            chains.begin(7);
            chains.row(orders, "orders", Operation.DELETE, 7, 3);
            chains.suspend();
            chains.commit(7);
        }
        try (FileCursor cursor = new FileCursor(firstFile(), 1 << 20)) {
            cursor.next(); // FILE_START
            assertEquals(FileCursor.Step.DOCUMENT, cursor.next());
            byte[] bytes = new byte[cursor.documentLength()];
            cursor.document().getBytes(0, bytes);
            assertEquals(
                    golden("golden-chain"), HexFormat.of().formatHex(bytes), () -> "as it is now:\n" + lines(bytes));
        }
    }

    private static String lines(byte[] bytes) {
        StringBuilder text = new StringBuilder();
        for (int at = 0; at < bytes.length; at += 16) {
            text.append(String.format("%04x ", at));
            for (int i = at; i < Math.min(bytes.length, at + 16); i++) {
                text.append(String.format("%02x ", bytes[i]));
            }
            text.append('\n');
        }
        return text.toString();
    }

    @Test
    void shouldBeAQueueThatAChronicleTailerReads() {
        write(40);
        CountedCycle cycle = new CountedCycle(1, LogLimits.DEFAULT.indexCount());
        try (SingleChronicleQueue queue = SingleChronicleQueueBuilder.binary(LogFile.epochDirectory(directory, 1))
                        .rollCycle(cycle)
                        .timeProvider(cycle)
                        .readOnly(true)
                        .build();
                ExcerptTailer tailer = queue.createTailer();
                FileCursor cursor = new FileCursor(firstFile(), 1 << 20)) {
            int count = 0;
            while (cursor.next() == FileCursor.Step.DOCUMENT) {
                try (DocumentContext context = tailer.readingDocument()) {
                    assertTrue(context.isPresent());
                    assertEquals(cursor.nextIndex() - 1, context.index());
                    long payload = context.wire().bytes().readRemaining();
                    assertTrue(payload == cursor.documentLength() || payload == cursor.documentLength() + 4);
                }
                count++;
            }
            assertEquals(41, count);
        }
    }
}
