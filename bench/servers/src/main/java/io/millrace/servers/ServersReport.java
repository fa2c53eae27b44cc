package io.millrace.servers;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * Tells the build which servers really ran: one line {@code kind version module} each, appended to the file that the
 * system property names. Without the property nothing is written.
 */
final class ServersReport {
    private static final String FILE_PROPERTY = "millrace.servers.report";
    private static final String ROOT_PROPERTY = "millrace.root";

    private ServersReport() {}

    static void ran(Server server) {
        String property = System.getProperty(FILE_PROPERTY);
        if (property == null) {
            return;
        }
        Path file = Path.of(property).toAbsolutePath();
        String line = server.kind() + " " + server.version() + " " + module() + "\n";
        try {
            Files.createDirectories(file.getParent());
            // One write of a short line: processes that append at once do not mix.
            Files.write(
                    file, line.getBytes(StandardCharsets.UTF_8), StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        } catch (IOException failure) {
            throw new UncheckedIOException("cannot report a server: file=" + file, failure);
        }
    }

    private static String module() {
        Path here = Path.of("").toAbsolutePath();
        String root = System.getProperty(ROOT_PROPERTY);
        return root != null && here.startsWith(root)
                ? Path.of(root).relativize(here).toString()
                : here.toString();
    }
}
