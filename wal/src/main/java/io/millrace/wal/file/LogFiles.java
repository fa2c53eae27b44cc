package io.millrace.wal.file;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;

/**
 * What the change log asks of the file system, apart from mapping. The seam at which tests cut the power and fill the disk.
 *
 * <p>Thread-safe. No method may be called by a thread that is ever interrupted: an interrupt closes the channel.
 */
public interface LogFiles {
    /**
     * Makes sure that a range of zeros has disk space, so that a write into mapped memory cannot fail.
     *
     * @throws IOException where there is no space; the range may then be allocated in part
     */
    void allocate(Path path, FileChannel channel, long offset, int length) throws IOException;

    /**
     * Writes the remaining bytes of a buffer.
     *
     * @throws IOException where there is no space; a part may then be written
     */
    void write(Path path, FileChannel channel, ByteBuffer bytes, long offset) throws IOException;

    /** Makes the content of a file durable: all bytes written before this call. */
    void force(Path path, FileChannel channel) throws IOException;

    /** Makes the names in a directory durable. */
    void forceDirectory(Path directory) throws IOException;

    void delete(Path path) throws IOException;
}
