package io.millrace.e2e.session;

import java.nio.file.Files;
import java.nio.file.Path;

/** Finds files of the checkout that this program was built from, from wherever in it it runs. */
public final class CheckoutFile {
    private CheckoutFile() {}

    /** A file by its path from the checkout's top. */
    public static Path find(String path) {
        for (Path directory = Path.of("").toAbsolutePath(); directory != null; directory = directory.getParent()) {
            if (Files.exists(directory.resolve(path))) {
                return directory.resolve(path);
            }
        }
        throw new IllegalStateException("not inside a checkout: file=" + path);
    }
}
