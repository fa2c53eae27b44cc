package io.millrace.wal.file;

import io.millrace.error.ErrorCode;
import io.millrace.error.MillraceException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;

/** Files of mode 0600 and directories of mode 0700: rows lie in them as the source has them (EXACTNESS 8). */
public final class PrivateFiles {
    private static final boolean IS_POSIX =
            FileSystems.getDefault().supportedFileAttributeViews().contains("posix");

    private PrivateFiles() {}

    private static FileAttribute<?>[] mode(String permissions) {
        return IS_POSIX
                ? new FileAttribute<?>[] {
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(permissions))
                }
                : new FileAttribute<?>[0];
    }

    public static void createDirectory(Path directory) {
        try {
            if (Files.isDirectory(directory)) {
                return;
            }
            Files.createDirectories(directory, mode("rwx------"));
        } catch (IOException e) {
            throw new MillraceException(
                    ErrorCode.DATA_DIRECTORY_UNUSABLE, "cannot make a directory: directory=" + directory, e);
        }
    }

    /** A new file, open for reading and writing. */
    public static FileChannel create(Path path) throws IOException {
        return open(path, StandardOpenOption.CREATE_NEW, StandardOpenOption.READ, StandardOpenOption.WRITE);
    }

    public static FileChannel open(Path path, OpenOption... options) throws IOException {
        return FileChannel.open(path, Set.of(options), mode("rw-------"));
    }

    public static void restrict(Path path) throws IOException {
        if (IS_POSIX) {
            Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rw-------"));
        }
    }
}
