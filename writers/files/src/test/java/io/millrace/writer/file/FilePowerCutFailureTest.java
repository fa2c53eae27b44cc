package io.millrace.writer.file;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.github.luben.zstd.ZstdInputStream;
import io.millrace.error.MillraceException;
import io.millrace.position.SourcePosition;
import io.millrace.writer.Checkpoint;
import io.millrace.writer.Counters;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Whatever a power cut leaves of what no force covered: a checkpoint that was written stands, the files hold the lines before it, each
 * once, and the task goes on behind it. {@code -Dseed=} replays one seed, {@code -Dseeds=} asks for more.
 */
class FilePowerCutFailureTest {
    private static final int SEEDS = Integer.getInteger("seeds", 30);
    private static final int CUTS = 4;
    private static final int MOST_FORCES = 30;
    private static final int NEVER = Integer.MAX_VALUE;

    @TempDir
    Path directory;

    @ParameterizedTest
    @EnumSource
    void shouldHoldEachLineOnceWhateverAPowerCutLeaves(Compression compression) throws IOException {
        Long only = Long.getLong("seed");
        for (long seed = only == null ? 0 : only; seed < (only == null ? SEEDS : only + 1); seed++) {
            try {
                survive(compression, seed);
            } catch (RuntimeException | AssertionError e) {
                throw new AssertionError("seed=" + seed + ", compression=" + compression, e);
            }
        }
    }

    private void survive(Compression compression, long seed) throws IOException {
        Random random = new Random(seed);
        Path base = directory.resolve(Long.toString(seed));
        Path root = Files.createDirectories(base.resolve("0"));
        long promised = -1;
        for (int cut = 1; cut <= CUTS; cut++) {
            PowerCutDisk disk = new PowerCutDisk(root, random, random.nextInt(MOST_FORCES));
            promised = Math.max(promised, work(root, compression, disk, random, promised));
            Path next = base.resolve(Integer.toString(cut));
            disk.copy(root, next);
            root = next;
        }
        long end = work(root, compression, new PowerCutDisk(root, random, NEVER), random, promised);
        assertEquals(lines(end), content(root, compression));
    }

    /** Opens, checks and writes on until the power is gone, or for a while; returns the last checkpoint that was written. */
    private static long work(Path root, Compression compression, PowerCutDisk disk, Random random, long promised) {
        Path out = root.resolve("made/out");
        CheckpointFile checkpoints = new CheckpointFile(out.resolve("t.checkpoint"), disk);
        FileSettings settings =
                new FileSettings(out, false, compression, 300, Duration.ofMinutes(1), Duration.ofSeconds(1));
        long written = promised;
        try (FileSeries series = FileSeries.open(settings, "t", checkpoints, () -> 0, disk)) {
            long line =
                    checkpoints.read().map(each -> each.checkpoint().logIndex()).orElse(-1L);
            assertTrue(line >= promised, () -> "a checkpoint is gone: expected=" + promised);
            if (line < 0) {
                series.checkpoint(checkpoint(0)); // as a task begins
                line = 0;
                written = 0;
            }
            assertEquals(lines(line), content(root, compression));
            for (int step = random.nextInt(80); step >= 0; step--) {
                for (int i = random.nextInt(30); i > 0; i--) {
                    byte[] bytes = text(++line).getBytes(StandardCharsets.UTF_8);
                    series.write(bytes, bytes.length);
                }
                series.checkpoint(checkpoint(line));
                written = line;
            }
        } catch (MillraceException e) {
            assertTrue(PowerCutDisk.isGone(e.getCause()), e::toString);
        } catch (IOException e) {
            throw new AssertionError("cannot read back", e);
        }
        return written;
    }

    private static Checkpoint checkpoint(long line) {
        return new Checkpoint(
                0,
                1,
                1,
                1,
                new UUID(1, 2),
                line,
                SourcePosition.parse("gtid:0-1-" + (line + 1)),
                "",
                0,
                new Counters(line, line, 0, 0, 0, 0, 0, line, 0, 0));
    }

    private static String lines(long count) {
        return LongStream.rangeClosed(1, count)
                .mapToObj(FilePowerCutFailureTest::text)
                .collect(Collectors.joining());
    }

    private static String text(long line) {
        return "line " + line + "\n";
    }

    private static String content(Path root, Compression compression) throws IOException {
        List<Path> files;
        try (Stream<Path> all = Files.list(root.resolve("made/out"))) {
            files = all.filter(path -> path.toString().contains(".ndjson"))
                    .sorted()
                    .toList();
        }
        StringBuilder text = new StringBuilder();
        for (Path path : files) {
            try (InputStream file = Files.newInputStream(path);
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
}
