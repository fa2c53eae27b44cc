package io.millrace.e2e.session;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;

/** Where a bench's lines of JSON go: to standard output, and to the end of a file where one is named. */
public record ResultFile(Optional<Path> file) {
    /** Standard output alone. */
    public static final ResultFile NONE = new ResultFile(Optional.empty());

    public static ResultFile of(String path) {
        return new ResultFile(Optional.of(Path.of(path)));
    }

    public void add(String line) throws IOException {
        System.out.println(line);
        if (file.isPresent()) {
            Files.writeString(file.get(), line + "\n", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        }
    }
}
