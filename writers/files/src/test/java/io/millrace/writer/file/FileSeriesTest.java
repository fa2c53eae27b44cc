package io.millrace.writer.file;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.github.luben.zstd.ZstdInputStream;
import io.millrace.error.ErrorCode;
import io.millrace.error.MillraceException;
import io.millrace.position.SourcePosition;
import io.millrace.writer.Checkpoint;
import io.millrace.writer.Counters;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class FileSeriesTest {
    private static final UUID LOG = new UUID(1, 2);

    @TempDir
    Path directory;

    private long nanos;

    private CheckpointFile checkpoints() {
        return new CheckpointFile(directory.resolve("t.checkpoint"));
    }

    private FileSeries open(Compression compression) {
        FileSettings settings =
                new FileSettings(directory, false, compression, 100, Duration.ofMinutes(1), Duration.ofSeconds(1));
        return FileSeries.open(settings, "t", checkpoints(), () -> nanos, FileSync.DISK);
    }

    private static void write(FileSeries series, String line) {
        byte[] bytes = line.getBytes(StandardCharsets.UTF_8);
        series.write(bytes, bytes.length);
    }

    private static Checkpoint checkpoint(long index) {
        return new Checkpoint(
                0,
                1,
                1,
                1,
                LOG,
                index,
                SourcePosition.parse("gtid:0-1-" + index),
                "",
                0,
                new Counters(index, index, 0, 0, 0, 0, 0, index, 0, 0));
    }

    private List<String> files() throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.map(path -> path.getFileName().toString())
                    .filter(name -> name.contains(".ndjson"))
                    .sorted()
                    .toList();
        }
    }

    private String content(Compression compression) throws IOException {
        StringBuilder text = new StringBuilder();
        for (String name : files()) {
            try (InputStream file = Files.newInputStream(directory.resolve(name));
                    InputStream in = switch (compression) {
                        case NONE -> file;
                        case GZIP -> new GZIPInputStream(file);
                        case ZSTD -> new ZstdInputStream(file);
                    }) {
                text.append(new String(in.readAllBytes(), StandardCharsets.UTF_8));
            }
        }
        return text.toString();
    }

    @ParameterizedTest
    @EnumSource
    void shouldCutBackToItsCheckpointWhenItIsOpenedAgain(Compression compression) throws IOException {
        try (FileSeries series = open(compression)) {
            write(series, "one\n");
            series.checkpoint(checkpoint(1));
            write(series, "two\n");
            series.checkpoint(checkpoint(2));
            write(series, "lost\n".repeat(10_000));
        }
        assertEquals(Optional.of(checkpoint(2)), checkpoints().read().map(CheckpointFile.Standing::checkpoint));
        try (FileSeries series = open(compression)) {
            assertTrue(series.isFresh());
            write(series, "three\n");
            series.checkpoint(checkpoint(3));
        }
        assertEquals("one\ntwo\nthree\n", content(compression));
        assertEquals(1, files().size());
    }

    @Test
    void shouldBeginTheNextFileWhenOneIsLongOrOldEnough() throws IOException {
        try (FileSeries series = open(Compression.NONE)) {
            write(series, "x".repeat(99) + "\n");
            series.checkpoint(checkpoint(1));
            assertTrue(series.isFresh());
            series.checkpoint(checkpoint(2)); // nothing is written: no file is made
            write(series, "young\n");
            series.checkpoint(checkpoint(3));
            assertFalse(series.isFresh());
            nanos += Duration.ofMinutes(1).toNanos();
            series.checkpoint(checkpoint(4));
            assertTrue(series.isFresh());
            write(series, "next\n");
        }
        assertEquals(List.of("t-00000001.ndjson", "t-00000002.ndjson", "t-00000003.ndjson"), files());
        try (FileSeries series = open(Compression.NONE)) {
            assertEquals(List.of("t-00000001.ndjson", "t-00000002.ndjson"), files());
            write(series, "again\n");
            series.checkpoint(checkpoint(5));
        }
        assertTrue(content(Compression.NONE).endsWith("young\nagain\n"));
    }

    @Test
    void shouldGoOnWhenAClosedFileWasTakenAway() throws IOException {
        try (FileSeries series = open(Compression.NONE)) {
            write(series, "x".repeat(100));
            series.checkpoint(checkpoint(1));
        }
        Files.delete(directory.resolve("t-00000001.ndjson"));
        try (FileSeries series = open(Compression.NONE)) {
            write(series, "on\n");
            series.checkpoint(checkpoint(2));
        }
        assertEquals(List.of("t-00000002.ndjson"), files());
    }

    @Test
    void shouldRefuseWhenTheOpenFileWasTakenAway() throws IOException {
        try (FileSeries series = open(Compression.NONE)) {
            write(series, "one\n");
            series.checkpoint(checkpoint(1));
        }
        Files.delete(directory.resolve("t-00000001.ndjson"));
        assertCode(ErrorCode.TARGET_FILES_DIFFER);
    }

    /** What is packed otherwise from now on begins the next file. */
    @Test
    void shouldBeginTheNextFileWhenTheCompressionChanges() throws IOException {
        try (FileSeries series = open(Compression.NONE)) {
            write(series, "one\n");
            series.checkpoint(checkpoint(1));
            write(series, "lost\n");
        }
        try (FileSeries series = open(Compression.GZIP)) {
            write(series, "two\n");
            series.checkpoint(checkpoint(2));
        }
        assertEquals(List.of("t-00000001.ndjson", "t-00000002.ndjson.gz"), files());
        assertEquals("one\n", Files.readString(directory.resolve("t-00000001.ndjson")));
    }

    @Test
    void shouldRefuseWhenAFileIsShorterThanItsCheckpoint() throws IOException {
        try (FileSeries series = open(Compression.NONE)) {
            write(series, "one\n");
            series.checkpoint(checkpoint(1));
        }
        Files.writeString(directory.resolve("t-00000001.ndjson"), "o", StandardOpenOption.TRUNCATE_EXISTING);
        assertCode(ErrorCode.TARGET_FILES_DIFFER);
    }

    @Test
    void shouldRefuseWhenFilesStandThereAndNoCheckpoint() throws IOException {
        Files.writeString(directory.resolve("t-00000001.ndjson"), "whose?");
        assertCode(ErrorCode.TARGET_FILES_DIFFER);
        assertEquals("whose?", Files.readString(directory.resolve("t-00000001.ndjson")));
    }

    @Test
    void shouldLeaveOtherTasksFilesAlone() throws IOException {
        Files.writeString(directory.resolve("tt-00000009.ndjson"), "another");
        Files.writeString(directory.resolve("t-x.ndjson"), "whatever");
        open(Compression.NONE).close();
        assertEquals(2, files().size());
    }

    @Test
    void shouldKeepASecondProcessOut() {
        try (FileSeries series = open(Compression.NONE)) {
            write(series, "one\n");
            series.checkpoint(checkpoint(1));
            assertCode(ErrorCode.TARGET_FILES_DIFFER);
        }
        open(Compression.NONE).close();
    }

    @Test
    void shouldRefuseACheckpointThatIsNone() throws IOException {
        Files.writeString(directory.resolve("t.checkpoint"), "file=1\nlength=x\n");
        assertCode(ErrorCode.TARGET_FILES_DIFFER);
    }

    private void assertCode(ErrorCode code) {
        MillraceException e = assertThrows(MillraceException.class, () -> open(Compression.NONE));
        assertEquals(code, e.code(), e.display());
    }
}
