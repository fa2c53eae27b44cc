package io.millrace.wal.mapped;

import io.millrace.error.ErrorCode;
import io.millrace.error.MillraceException;
import io.millrace.position.SourcePosition;
import io.millrace.position.TransactionId;
import io.millrace.wal.ChainSink;
import io.millrace.wal.ChangeLog;
import io.millrace.wal.ChangeSink;
import io.millrace.wal.LogSettings;
import io.millrace.wal.LogStatus;
import io.millrace.wal.LogTailer;
import io.millrace.wal.chain.ChainPins;
import io.millrace.wal.codec.DocumentDescriptor;
import io.millrace.wal.codec.LogLimits;
import io.millrace.wal.file.FileChain;
import io.millrace.wal.file.LogDirectory;
import io.millrace.wal.file.LogFiles;
import io.millrace.wal.file.LogSpace;
import io.millrace.wal.read.MappedTailer;
import io.millrace.wal.write.DocumentWriter;
import io.millrace.wal.write.GroupCommit;
import io.millrace.wal.write.LogSink;
import io.millrace.wal.write.Recovery;
import io.millrace.wal.write.SchemaFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;

/**
 * The change log over files that Chronicle Queue appends to and that are read by mappings of our own.
 *
 * <pre>
 *  LogSink ─▶ DocumentWriter ─▶ files ◀─ GroupCommit (forces, moves the limit)
 *                                │
 *                                └──▶ FileCursor ─▶ MappedTailer
 * </pre>
 *
 * <p>Thread-safe, but for its sink and tailers.
 */
final class MappedChangeLog implements ChangeLog {
    private final LogSettings settings;
    private final LogLimits limits;
    private final LogDirectory directory;
    private final UUID id;
    private final boolean isNew;
    private final FileChain chain;
    private final LogSpace space;
    private final GroupCommit commit;
    private final Retention retention;
    private final LogSink sink;
    private boolean isClosed;

    private MappedChangeLog(
            LogSettings settings,
            LogLimits limits,
            LogFiles files,
            Retention.Clock clock,
            LogDirectory directory,
            UUID known,
            Recovery.Result found)
            throws IOException {
        this.settings = settings;
        this.limits = limits;
        this.directory = directory;
        Path path = settings.directory();
        isNew = known == null;
        id = isNew ? UUID.randomUUID() : known;
        long firstIndex = DocumentDescriptor.index(found.nextCycle(), 0);
        long validEnd = isNew ? firstIndex : found.validEnd();
        SourcePosition position = isNew ? settings.start() : found.position();
        TransactionId last = isNew ? settings.lastTransaction().orElse(found.last()) : found.last();
        chain = new FileChain(found.files());
        space = new LogSpace(settings.quotaBytes());
        ChainPins pins = found.pins();
        retention = new Retention(path, chain, space, files, pins, clock, settings.keep());
        space.used(retention.bytesOnDisk());
        commit = new GroupCommit(files, space, position, validEnd, retention);
        DocumentWriter writer = new DocumentWriter(path, found.nextEpoch(), found.nextCycle(), limits, files, space);
        sink = new LogSink(
                writer,
                commit,
                chain,
                pins,
                found,
                position,
                last,
                id,
                validEnd,
                limits,
                settings.fileBytes(),
                new SchemaFile(path, files));
        commit.start();
        if (isNew) {
            beginNewLog(files, validEnd);
        }
    }

    /** The first file must be durable before the log has a name, and the name before anyone can use the log. */
    private void beginNewLog(LogFiles files, long start) {
        try {
            sink.beginNewLog();
            while (!commit.awaitDurable(start, 1000)) {
                commit.throwIfFailed();
            }
            directory.writeIdentity(id, settings.taskName(), files);
        } catch (RuntimeException e) {
            try {
                close();
            } catch (RuntimeException closing) {
                e.addSuppressed(closing);
            }
            throw e;
        }
    }

    static MappedChangeLog open(LogSettings settings, LogLimits limits, LogFiles files) {
        return open(settings, limits, files, () -> System.nanoTime() / 1_000_000);
    }

    static MappedChangeLog open(LogSettings settings, LogLimits limits, LogFiles files, Retention.Clock clock) {
        Path path = settings.directory();
        LogDirectory directory = LogDirectory.lock(path);
        try {
            UUID known = LogDirectory.readIdentity(path, settings.taskName());
            if (known == null) {
                LogDirectory.deleteEpochs(path);
                SchemaFile.delete(path);
            }
            Recovery recovery = new Recovery(path, known, limits);
            Recovery.Result found = recovery.run();
            if (known != null && found.files().isEmpty()) {
                throw new MillraceException(
                        ErrorCode.LOG_DAMAGED, "no file of the change log begins as it should: directory=" + path);
            }
            recovery.force(files);
            return new MappedChangeLog(settings, limits, files, clock, directory, known, found);
        } catch (IOException e) {
            directory.close();
            throw new MillraceException(
                    ErrorCode.DATA_DIRECTORY_UNUSABLE, "the change log cannot be opened: directory=" + path, e);
        } catch (RuntimeException | Error e) {
            directory.close();
            throw e;
        }
    }

    @Override
    public UUID id() {
        return id;
    }

    @Override
    public boolean isNew() {
        return isNew;
    }

    @Override
    public ChangeSink sink() {
        return sink;
    }

    @Override
    public LogTailer tailer() {
        return new MappedTailer(chain, commit, limits);
    }

    @Override
    public long firstIndex() {
        return chain.first().firstIndex();
    }

    @Override
    public long durableIndex() {
        return commit.durableIndex();
    }

    @Override
    public boolean awaitDurable(long index, long timeoutMillis) {
        return commit.awaitDurable(index, timeoutMillis);
    }

    @Override
    public SourcePosition durablePosition() {
        return commit.durablePosition();
    }

    @Override
    public boolean contains(long index) {
        return index <= commit.durableIndex() && chain.contains(index);
    }

    @Override
    public SourcePosition positionAt(long index) {
        return PositionSearch.before(index, chain, limits.tailerWindow());
    }

    @Override
    public List<ChainSink.Prepared> prepared() {
        return sink.prepared();
    }

    @Override
    public void retainFrom(long index) {
        space.retained(index);
        retention.retainFrom(index);
    }

    @Override
    public boolean isFull() {
        return space.isFull();
    }

    @Override
    public LogStatus status() {
        return new LogStatus(
                space.usedBytes(),
                settings.quotaBytes(),
                chain.files().size(),
                space.isFull(),
                space.fullSinceMillis(),
                commit.publishedBytes(),
                commit.forcedBytes(),
                commit.forces());
    }

    @Override
    public synchronized void close() {
        if (isClosed) {
            return;
        }
        isClosed = true;
        space.fail(new MillraceException(ErrorCode.INVARIANT, "the change log is closed"));
        try {
            sink.close();
        } finally {
            commit.close();
            directory.close();
        }
    }
}
