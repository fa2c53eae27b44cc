package io.millrace.dirty;

import io.millrace.error.ErrorCode;
import io.millrace.error.MillraceException;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.zip.CRC32C;

/**
 * Blocks of bytes, appended and forced: {@link DirtyFileDescriptor} draws them. Confined to whoever holds the store's lock; a force
 * that failed is final for the file.
 */
final class DirtyFile implements AutoCloseable {
    private final Path path;
    private FileChannel channel;
    private long length;
    private boolean hasFailed;

    /** Where a block's records stand, as {@link #read} finds them. */
    interface BlockReader {
        void onBlock(long offset, byte[] records) throws IOException;
    }

    /** Whose the file is. */
    enum Mode {
        /** Ours: what is torn at its end is cut off. */
        OWN,
        /** Another process may append: what is not whole at its end is left alone. */
        LOOK
    }

    /** A file that is made when the first block is appended. */
    DirtyFile(Path path) {
        this.path = path;
    }

    long length() {
        return length;
    }

    /** Reads all blocks; one at the end that is not whole is left out, and cut off where it is ours. */
    void read(BlockReader reader, Mode mode) {
        if (!Files.exists(path)) {
            return;
        }
        try {
            channel = mode == Mode.OWN
                    ? FileChannel.open(path, StandardOpenOption.READ, StandardOpenOption.WRITE)
                    : FileChannel.open(path, StandardOpenOption.READ);
            long end = channel.size();
            length = Math.min(end, DirtyFileDescriptor.SIGNATURE.length);
            if (end >= length && length > 0 && !Arrays.equals(bytes(0, (int) length), signature((int) length))) {
                throw damaged(0);
            }
            while (length < end) {
                long next = block(length, end, reader);
                if (next < 0) {
                    break;
                }
                length = next;
            }
            if (mode == Mode.OWN && length < end) {
                channel.truncate(length);
                channel.force(true);
            }
        } catch (IOException e) {
            throw unusable(e);
        }
    }

    private static byte[] signature(int count) {
        return Arrays.copyOf(DirtyFileDescriptor.SIGNATURE, count);
    }

    /** Returns where the block ends; -1 where it is the torn end of the file. */
    private long block(long offset, long end, BlockReader reader) throws IOException {
        long left = end - offset;
        if (left < DirtyFileDescriptor.BLOCK_HEADER_LENGTH) {
            return -1;
        }
        ByteBuffer header = ByteBuffer.wrap(bytes(offset, DirtyFileDescriptor.BLOCK_HEADER_LENGTH));
        int size = header.getInt(4);
        boolean isHeaderSound = header.getInt(0) == DirtyFileDescriptor.BLOCK_MAGIC
                && header.getInt(8) == checksum(header.array(), 8)
                && size >= 0;
        if (!isHeaderSound) {
            if (isZero(offset, end)) {
                return -1;
            }
            throw damaged(offset);
        }
        long next = offset + DirtyFileDescriptor.BLOCK_HEADER_LENGTH + size;
        if (next > end) {
            return -1;
        }
        byte[] records = bytes(offset + DirtyFileDescriptor.BLOCK_HEADER_LENGTH, size);
        if (checksum(records, size) != header.getInt(12)) {
            if (next == end) {
                return -1;
            }
            throw damaged(offset);
        }
        reader.onBlock(offset + DirtyFileDescriptor.BLOCK_HEADER_LENGTH, records);
        return next;
    }

    private boolean isZero(long offset, long end) throws IOException {
        int step = 1 << 16;
        for (long at = offset; at < end; at += step) {
            for (byte each : bytes(at, (int) Math.min(step, end - at))) {
                if (each != 0) {
                    return false;
                }
            }
        }
        return true;
    }

    byte[] bytes(long offset, int count) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate(count);
        while (buffer.hasRemaining()) {
            if (channel.read(buffer, offset + buffer.position()) < 0) {
                throw new IOException("the file ends early: offset=" + offset + ", need=" + count);
            }
        }
        return buffer.array();
    }

    private static int checksum(byte[] bytes, int count) {
        CRC32C crc = new CRC32C();
        crc.update(bytes, 0, count);
        return (int) crc.getValue();
    }

    /** Appends a block and forces it; returns where its records stand. */
    long append(byte[] records) {
        if (hasFailed) {
            throw new MillraceException(
                    ErrorCode.LOG_SYNC_FAILED, "the file of dirty rows could not be written before: file=" + path);
        }
        hasFailed = true;
        try {
            if (channel == null) {
                create();
            }
            if (length == 0) {
                write(DirtyFileDescriptor.SIGNATURE);
            }
            write(block(records));
            channel.force(true);
            hasFailed = false;
            return length - records.length;
        } catch (IOException e) {
            throw unusable(e);
        }
    }

    private static byte[] block(byte[] records) throws IOException {
        ByteArrayOutputStream bytes =
                new ByteArrayOutputStream(DirtyFileDescriptor.BLOCK_HEADER_LENGTH + records.length);
        DataOutputStream out = new DataOutputStream(bytes);
        out.writeInt(DirtyFileDescriptor.BLOCK_MAGIC);
        out.writeInt(records.length);
        out.writeInt(checksum(bytes.toByteArray(), 8));
        out.writeInt(checksum(records, records.length));
        out.write(records);
        return bytes.toByteArray();
    }

    private void create() throws IOException {
        Path directory = path.getParent();
        boolean isPosix = Files.getFileStore(directory.getParent()).supportsFileAttributeView("posix");
        if (!Files.isDirectory(directory)) {
            Files.createDirectories(directory);
            if (isPosix) {
                Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwx------"));
            }
            force(directory.getParent());
        }
        channel = FileChannel.open(path, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
        if (isPosix) {
            Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rw-------"));
        }
        force(directory);
    }

    private static void force(Path directory) throws IOException {
        try (FileChannel opened = FileChannel.open(directory, StandardOpenOption.READ)) {
            opened.force(true);
        }
    }

    private void write(byte[] bytes) throws IOException {
        ByteBuffer buffer = ByteBuffer.wrap(bytes);
        while (buffer.hasRemaining()) {
            length += channel.write(buffer, length);
        }
    }

    /** Takes the place of another file, whose blocks these are instead. Both are closed then. */
    void replace(DirtyFile other) {
        close();
        other.close();
        try {
            Files.move(path, other.path, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            force(path.getParent());
        } catch (IOException e) {
            throw unusable(e);
        }
    }

    /** Removes what a replacement that was cut short has left. */
    void delete() {
        close();
        try {
            Files.deleteIfExists(path);
        } catch (IOException e) {
            throw unusable(e);
        }
    }

    private MillraceException damaged(long offset) {
        return new MillraceException(
                ErrorCode.DIRTY_STORE_DAMAGED,
                "the file of dirty rows is damaged: file=" + path + ", offset=" + offset);
    }

    private MillraceException unusable(IOException e) {
        return new MillraceException(
                ErrorCode.DATA_DIRECTORY_UNUSABLE,
                "the file of dirty rows cannot be used: file=" + path + ", error="
                        + e.getClass().getSimpleName(),
                e);
    }

    @Override
    public void close() {
        if (channel == null) {
            return;
        }
        try {
            channel.close();
        } catch (IOException e) {
            throw unusable(e);
        } finally {
            channel = null;
        }
    }
}
