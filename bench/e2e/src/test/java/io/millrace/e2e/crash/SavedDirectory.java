package io.millrace.e2e.crash;

import io.millrace.servers.FileTree;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;

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
        while (Files.exists(copy)) {
            copy = copy.resolveSibling(copy.getFileName() + "-again");
        }
        FileTree.copy(directory, copy, Set.of());
        return new SavedDirectory(directory, copy);
    }

    void restore() throws IOException {
        FileTree.delete(directory);
        FileTree.copy(copy, directory, Set.of());
    }
}
