package io.millrace.wal.file;

import io.millrace.error.ErrorCode;
import io.millrace.error.MillraceException;
import io.millrace.wal.codec.DocumentDescriptor;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;

/**
 * How the files on disk begin, and which of them belong together.
 *
 * <p>Up to two files may hold bytes that are not durable, and a power cut leaves of them what it likes: the newer may begin
 * as it should and the older not. Then the newer goes on from nothing, and the log ends before both.
 */
public final class FileStarts {
    private final TreeMap<Integer, FileStart> whole = new TreeMap<>();
    private final Map<Integer, Path> torn = new HashMap<>();
    private int lastEpoch;
    private int lastCycle;

    private FileStarts() {}

    /** Reads the first document of each file. */
    public static FileStarts read(Path log, UUID id, int windowBytes) throws IOException {
        FileStarts starts = new FileStarts();
        for (Path directory : LogDirectory.epochs(log)) {
            int epoch = LogDirectory.epochOf(directory);
            starts.lastEpoch = Math.max(starts.lastEpoch, epoch);
            try (DirectoryStream<Path> paths = Files.newDirectoryStream(directory)) {
                for (Path path : paths) {
                    int cycle = CountedCycle.cycleOf(path.getFileName().toString());
                    if (cycle >= 0) {
                        starts.add(cycle, path, FileStart.read(path, epoch, cycle, windowBytes), id);
                    }
                }
            }
        }
        return starts;
    }

    private void add(int cycle, Path path, FileStart start, UUID id) {
        lastCycle = Math.max(lastCycle, cycle);
        if (start != null && start.id().equals(id)) {
            whole.put(cycle, start);
        } else {
            torn.put(cycle, path);
        }
    }

    /** Also of files that do not belong to the log's history: their numbers are never used again. */
    public int lastEpoch() {
        return lastEpoch;
    }

    public int lastCycle() {
        return lastCycle;
    }

    /** The files from the newest back along {@link LogFile#continuesFrom}, oldest first; empty where there is none. */
    public List<FileStart> newestChain() {
        for (FileStart newest : whole.descendingMap().values()) {
            List<FileStart> chain = chainTo(newest);
            if (!goesOnFromTorn(chain.get(0))) {
                return chain;
            }
        }
        return List.of();
    }

    private List<FileStart> chainTo(FileStart newest) {
        List<FileStart> chain = new ArrayList<>();
        FileStart at = newest;
        while (at != null) {
            chain.add(at);
            int before = cycleBefore(at);
            at = before < at.file().cycle() ? whole.get(before) : null;
        }
        Collections.reverse(chain);
        return chain;
    }

    private static int cycleBefore(FileStart start) {
        return DocumentDescriptor.cycle(start.file().continuesFrom());
    }

    /** Whether the file before is there and does not begin as it should; where it is gone, nobody needed it any more. */
    private boolean goesOnFromTorn(FileStart first) {
        Path before = torn.get(cycleBefore(first));
        if (before != null && first.file().continuesFrom() <= first.durableIndex()) {
            throw new MillraceException(
                    ErrorCode.LOG_DAMAGED,
                    "a file of the change log was durable and does not begin as it should: file=" + before + ", next="
                            + first.file().path());
        }
        return before != null;
    }
}
