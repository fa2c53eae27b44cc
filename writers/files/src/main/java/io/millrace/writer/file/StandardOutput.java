package io.millrace.writer.file;

import io.millrace.writer.Checkpoint;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;

/**
 * Lines on standard output: at least once, for what was written cannot be taken back. Confined to one thread. It is the process's, and
 * not closed.
 */
final class StandardOutput implements LineSink {
    private final CheckpointFile checkpoints;
    private final OutputStream out;
    private boolean isFresh = true;

    StandardOutput(CheckpointFile checkpoints) {
        this(checkpoints, new FileOutputStream(FileDescriptor.out));
    }

    StandardOutput(CheckpointFile checkpoints, OutputStream out) {
        this.checkpoints = checkpoints;
        this.out = out;
    }

    @Override
    public void write(byte[] bytes, int length) {
        try {
            out.write(bytes, 0, length);
            isFresh = false;
        } catch (IOException e) {
            throw closed(e);
        }
    }

    private static RuntimeException closed(IOException e) {
        return Faults.differs(
                "standard output takes nothing more: reason=" + e.getClass().getSimpleName());
    }

    @Override
    public boolean isFresh() {
        return isFresh;
    }

    @Override
    public void flush() {
        try {
            out.flush();
        } catch (IOException e) {
            throw closed(e);
        }
    }

    @Override
    public void checkpoint(Checkpoint next) {
        flush();
        checkpoints.write(new CheckpointFile.Standing(next, CheckpointFile.Place.NONE));
    }

    @Override
    public void close() {
        flush();
    }
}
