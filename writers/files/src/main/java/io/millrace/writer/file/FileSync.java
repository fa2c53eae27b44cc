package io.millrace.writer.file;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** What makes files durable. The seam at which tests cut the power. Stateless. */
interface FileSync {
    /** The system's. */
    FileSync DISK = new FileSync() {
        @Override
        public void force(Path path, FileChannel channel) throws IOException {
            channel.force(false); // its length with it
        }

        @Override
        public void forceDirectory(Path directory) throws IOException {
            try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
                channel.force(true);
            }
        }
    };

    /** Makes the content of a file durable: all bytes written before this call, and its length. */
    void force(Path path, FileChannel channel) throws IOException;

    /** Makes the names in a directory durable. */
    void forceDirectory(Path directory) throws IOException;
}
