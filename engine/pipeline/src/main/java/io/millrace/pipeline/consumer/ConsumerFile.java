package io.millrace.pipeline.consumer;

import io.millrace.error.ErrorCode;
import io.millrace.error.MillraceException;
import io.millrace.pipeline.directory.DurableFile;
import io.millrace.position.SourcePosition;
import io.millrace.writer.Checkpoint;
import io.millrace.writer.Counters;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * A consumer's checkpoint, in a file of the data directory: log id, log index, source position, last transaction, changes, a line
 * each. Replaced as a whole, durably. Confined to the consumer's thread once that runs.
 */
public final class ConsumerFile {
    private static final int LINES = 5;

    private final Path file;

    public ConsumerFile(Path directory) {
        file = directory.resolve("consumer");
    }

    public Optional<Checkpoint> read() {
        if (!Files.exists(file)) {
            return Optional.empty();
        }
        try {
            List<String> lines = Files.readAllLines(file, StandardCharsets.UTF_8);
            if (lines.size() != LINES) {
                throw new MillraceException(
                        ErrorCode.DATA_DIRECTORY_UNUSABLE, "not a consumer's checkpoint: file=" + file);
            }
            long changes = Long.parseLong(lines.get(4));
            return Optional.of(checkpoint(
                    UUID.fromString(lines.get(0)),
                    Long.parseLong(lines.get(1)),
                    SourcePosition.parse(lines.get(2)),
                    lines.get(3),
                    changes));
        } catch (IOException | IllegalArgumentException e) {
            throw new MillraceException(
                    ErrorCode.DATA_DIRECTORY_UNUSABLE, "a consumer's checkpoint cannot be read: file=" + file, e);
        }
    }

    static Checkpoint checkpoint(UUID log, long index, SourcePosition position, String lastTransaction, long changes) {
        Counters counters = new Counters(changes, changes, 0, 0, 0, 0, 0, 0, 0, 0);
        return new Checkpoint(0, 1, 1, 1, log, index, position, lastTransaction, 0, counters);
    }

    public void write(Checkpoint checkpoint) {
        String text = checkpoint.logId() + "\n" + checkpoint.logIndex() + "\n"
                + checkpoint.position().text() + "\n" + checkpoint.lastTransaction() + "\n"
                + checkpoint.counters().changesIn() + "\n";
        try {
            DurableFile.replace(file, text);
        } catch (IOException e) {
            throw new MillraceException(
                    ErrorCode.DATA_DIRECTORY_UNUSABLE, "a consumer's checkpoint cannot be written: file=" + file, e);
        }
    }
}
