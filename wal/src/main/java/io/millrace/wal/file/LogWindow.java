package io.millrace.wal.file;

import java.io.IOException;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.util.zip.CRC32C;
import org.agrona.BufferUtil;
import org.agrona.IoUtil;

/**
 * A read-only mapping of a range of one log file. It reads what another mapping of the same file wrote.
 *
 * <p>Confined to one thread. Owned by who mapped it: addresses are valid until {@link #unmap}.
 */
final class LogWindow {
    private static final int PAGE = 4096;

    private final MappedByteBuffer buffer;
    private final long base;
    private final long address;

    private LogWindow(MappedByteBuffer buffer, long base) {
        this.buffer = buffer;
        this.base = base;
        address = BufferUtil.address(buffer);
    }

    /**
     * Maps from a position on, as far as the file reaches. The writer may cut the unused end off a file that it has finished
     * between the question how long it is and the mapping, which a channel that may not write then refuses: asked again.
     */
    static LogWindow map(FileChannel channel, long position, int length) throws IOException {
        long base = position & -PAGE;
        while (true) {
            long end = Math.min(channel.size(), base + length);
            try {
                MappedByteBuffer buffer = channel.map(FileChannel.MapMode.READ_ONLY, base, Math.max(0, end - base));
                return new LogWindow(buffer, base);
            } catch (IOException e) {
                if (channel.size() >= end) {
                    throw e;
                }
            }
        }
    }

    boolean holds(long position, long length) {
        return position >= base && position + length <= base + buffer.capacity();
    }

    long address(long position) {
        return address + (position - base);
    }

    /** CRC32C of a range, by the processor's own instruction. */
    int crc(CRC32C crc, long position, int length) {
        int from = (int) (position - base);
        crc.reset();
        crc.update(buffer.limit(from + length).position(from));
        buffer.clear();
        return (int) crc.getValue();
    }

    void unmap() {
        IoUtil.unmap(buffer);
    }
}
