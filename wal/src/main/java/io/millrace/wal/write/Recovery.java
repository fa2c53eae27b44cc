package io.millrace.wal.write;

import io.millrace.error.ErrorCode;
import io.millrace.error.MillraceException;
import io.millrace.position.SourcePosition;
import io.millrace.position.TransactionId;
import io.millrace.wal.chain.Chain;
import io.millrace.wal.chain.ChainEnd;
import io.millrace.wal.chain.ChainPins;
import io.millrace.wal.chain.PassedPosition;
import io.millrace.wal.codec.DocumentDescriptor;
import io.millrace.wal.codec.FrameDescriptor;
import io.millrace.wal.codec.Frames;
import io.millrace.wal.codec.LogLimits;
import io.millrace.wal.file.FileChain;
import io.millrace.wal.file.FileCursor;
import io.millrace.wal.file.FileStart;
import io.millrace.wal.file.FileStarts;
import io.millrace.wal.file.LogFile;
import io.millrace.wal.file.LogFiles;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.agrona.DirectBuffer;

/**
 * Finds out what of a log is left after any end of the process or the machine: which files belong together, where the last
 * one validly ends, and what the source position is there. It changes nothing; what it verified is then forced, because
 * it may have been read from memory that never reached the disk.
 *
 * <p>Confined to the opening thread.
 */
public final class Recovery {
    /**
     * What is left.
     *
     * @param files of the log's history, oldest first; empty for a new log
     * @param verified those of them that have to be forced
     * @param validEnd the index behind the last transaction that is whole
     * @param pins which files the committed chains need
     * @param prepared chains that are neither committed nor rolled back
     */
    public record Result(
            List<LogFile> files,
            List<LogFile> verified,
            long validEnd,
            SourcePosition position,
            TransactionId last,
            SchemaRegistry schemas,
            ChainPins pins,
            List<Chain> prepared,
            int nextEpoch,
            int nextCycle) {}

    private final Path log;
    private final UUID id;
    private final LogLimits limits;
    private final PassedPosition passed = new PassedPosition();
    private final SchemaRegistry schemas = new SchemaRegistry();
    private final ChainPins pins = new ChainPins();
    private final Map<String, Chain> prepared = new LinkedHashMap<>();
    private final List<LogFile> verified = new ArrayList<>();
    private FileChain readable;
    private int lastEpoch;
    private int lastCycle;
    private long validEnd = -1;

    public Recovery(Path log, UUID id, LogLimits limits) {
        this.log = log;
        this.id = id;
        this.limits = limits;
    }

    public Result run() throws IOException {
        FileStarts starts = FileStarts.read(log, id, limits.tailerWindow());
        lastEpoch = starts.lastEpoch();
        lastCycle = starts.lastCycle();
        List<FileStart> chain = starts.newestChain();
        if (chain.isEmpty()) {
            return result(List.of(), null);
        }
        FileStart newest = chain.get(chain.size() - 1);
        List<LogFile> files = new ArrayList<>();
        int from = firstToVerify(chain, newest.durableIndex());
        readable = new FileChain(chain.stream().map(FileStart::file).toList());
        readOlder(chain, from);
        passed.begin(chain.get(from));
        boolean isWhole = true;
        for (int i = 0; i < chain.size(); i++) {
            LogFile file = chain.get(i).file();
            if (i < from) {
                files.add(file);
                continue;
            }
            if (!isWhole) {
                break;
            }
            long end = i + 1 < chain.size() ? chain.get(i + 1).file().continuesFrom() : Long.MAX_VALUE;
            files.add(file);
            verified.add(file);
            isWhole = verify(file, end);
        }
        files.removeIf(file -> file.firstIndex() >= validEnd
                && file.cycle() != chain.get(0).file().cycle());
        schemas.reserve(newest.nextTableNumber());
        return result(files, passed.position());
    }

    private Result result(List<LogFile> files, SourcePosition position) {
        return new Result(
                files,
                verified,
                validEnd,
                position,
                passed.last(),
                schemas,
                pins,
                List.copyOf(prepared.values()),
                lastEpoch + 1,
                lastCycle + 1);
    }

    private static int firstToVerify(List<FileStart> chain, long durableIndex) {
        int first = 0;
        for (int i = 0; i < chain.size(); i++) {
            FileStart start = chain.get(i);
            if (start.file().continuesFrom() <= durableIndex && !start.isInside()) {
                first = i;
            }
        }
        return first;
    }

    /** Checks each document up to an index; whether all of them are whole. */
    private boolean verify(LogFile file, long end) {
        try (FileCursor cursor = new FileCursor(file, limits.tailerWindow())) {
            if (validEnd < 0) {
                validEnd = file.firstIndex();
            }
            while (cursor.nextIndex() < end) {
                long index = cursor.nextIndex();
                if (cursor.next() != FileCursor.Step.DOCUMENT) {
                    return false;
                }
                cursor.release();
                pass(cursor.document(), index);
                if ((cursor.flags() & DocumentDescriptor.ENDS_INSIDE) == 0) {
                    validEnd = cursor.nextIndex();
                }
            }
            return true;
        }
    }

    /** Takes schemas and places from a document. */
    private void pass(DirectBuffer document, long index) {
        int at = DocumentDescriptor.HEADER_LENGTH;
        while (at < document.capacity()) {
            passed.pass(document, at);
            switch (document.getByte(at + FrameDescriptor.TYPE_OFFSET)) {
                case FrameDescriptor.SCHEMA ->
                    schemas.restore(
                            document.getInt(at + FrameDescriptor.SCHEMA_TABLE), Frames.schema(document, at), index);
                case FrameDescriptor.CHAIN_PREPARE, FrameDescriptor.CHAIN_COMMIT, FrameDescriptor.CHAIN_ROLLBACK ->
                    passChainEnd(document, at, index);
                default -> {}
            }
            at += document.getInt(at + FrameDescriptor.LENGTH_OFFSET);
        }
    }

    /** Keeps the account of what is prepared, and of which files are needed. */
    private void passChainEnd(DirectBuffer document, int at, long index) {
        ChainEnd end = ChainEnd.read(document, at, index, readable, limits.tailerWindow());
        if (end.type() == FrameDescriptor.CHAIN_PREPARE) {
            prepared.put(end.name(), Chain.prepared(end));
        } else {
            prepared.remove(end.name());
        }
        if (end.type() == FrameDescriptor.CHAIN_COMMIT) {
            pins.commit(index, end.contents().firstCycle());
        }
    }

    /** Files that were verified by an earlier open: only documents that say they hold a shape or a chain's end are read. */
    private void readOlder(List<FileStart> chain, int count) {
        for (int i = 0; i < count; i++) {
            long end = i + 1 < chain.size() ? chain.get(i + 1).file().continuesFrom() : Long.MAX_VALUE;
            try (FileCursor cursor = new FileCursor(chain.get(i).file(), limits.tailerWindow())) {
                while (cursor.nextIndex() < end && cursor.skip() == FileCursor.Step.DOCUMENT) {
                    long index = cursor.nextIndex() - 1;
                    if ((cursor.flags() & DocumentDescriptor.IS_CHAIN_END) != 0) {
                        passChainEnd(cursor.document(), DocumentDescriptor.HEADER_LENGTH, index);
                    }
                    if ((cursor.flags() & DocumentDescriptor.HAS_SCHEMA) != 0) {
                        Frames.forEachSchema(
                                cursor.document(), (number, schema) -> schemas.restore(number, schema, index));
                    }
                    cursor.release();
                }
            }
        }
    }

    /** Makes durable what was verified. */
    public void force(LogFiles files) {
        for (LogFile file : verified) {
            try (FileChannel channel = FileChannel.open(file.path(), StandardOpenOption.WRITE)) {
                files.force(file.path(), channel);
                files.forceDirectory(file.path().getParent());
            } catch (IOException e) {
                throw new MillraceException(
                        ErrorCode.LOG_SYNC_FAILED, "a force of the change log failed: file=" + file.path(), e);
            }
        }
    }
}
