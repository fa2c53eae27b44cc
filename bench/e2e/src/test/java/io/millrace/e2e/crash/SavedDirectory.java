package io.millrace.e2e.crash;

import io.millrace.e2e.DirectoryTree;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.stream.Stream;

/** What a disk holds again after a power cut that took more than it should have, or a restore: a directory as it was. */
final class SavedDirectory {
    private final Path directory;
    private final Path copy;

    private SavedDirectory(Path directory, Path copy) {
        this.directory = directory;
        this.copy = copy;
    }

    /** Nobody may be writing there. */
    static SavedDirectory of(Path directory) throws IOException {
        Path copy = directory.resolveSibling(directory.getFileName() + ".saved");
        copy(directory, copy);
        return new SavedDirectory(directory, copy);
    }

    void restore() throws IOException {
        DirectoryTree.delete(directory);
        copy(copy, directory);
    }

    private static void copy(Path from, Path to) throws IOException {
        List<Path> paths;
        try (Stream<Path> tree = Files.walk(from)) {
            paths = tree.toList();
        }
        for (Path path : paths) {
            Files.copy(path, to.resolve(from.relativize(path)), StandardCopyOption.COPY_ATTRIBUTES);
        }
    }
}
