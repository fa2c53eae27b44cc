package io.millrace.servers;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A MySQL of Debian's unstable suite with every library that it needs, down to the C library and its loader: nothing of
 * the machine is used and nothing of it is changed. Fetched by {@link DebianSuite}. Immutable.
 *
 * @param versionPrefix what its version must begin with; the suite goes on, and another version is another server
 */
record DebianPackage(String name, String versionPrefix) implements ServerArchive {
    static final String LIBRARIES = "libraries";
    static final String LOADER = LIBRARIES + "/ld-linux-x86-64.so.2";
    static final String PLUGINS = "plugins";

    // What the loader prints of a library: "libz.so.1 => /…/libz.so.1 (0x…)" or "/…/libz.so.1 (0x…)".
    private static final Pattern LIBRARY = Pattern.compile("(?:(\\S+) => )?(/\\S+) \\(0x");
    private static final Pattern MISSING = Pattern.compile("(\\S+) => not found");

    @Override
    public void unpack(Path directory) throws IOException {
        Path scratch = Files.createTempDirectory("millrace-debian");
        try {
            Path root = Files.createDirectory(scratch.resolve("root"));
            for (Path file : new DebianSuite(scratch, "unstable").download(name, versionPrefix)) {
                Commands.require(List.of("dpkg-deb", "-x", file.toString(), root.toString()), Map.of(), null);
            }
            Files.createDirectories(directory.resolve("bin"));
            copy(root.resolve("usr/sbin/mysqld"), directory.resolve("bin/mysqld"));
            FileTree.copy(root.resolve("usr/share/mysql"), directory.resolve("share"), Set.of());
            FileTree.copy(root.resolve("usr/lib/mysql/plugin"), directory.resolve(PLUGINS), Set.of());
            copyLibraries(root.resolve("usr/lib/x86_64-linux-gnu"), directory);
        } finally {
            FileTree.delete(scratch);
        }
    }

    private static void copyLibraries(Path from, Path directory) throws IOException {
        Path loader = from.resolve("ld-linux-x86-64.so.2");
        Set<String> needed = new TreeSet<>(List.of(loader.getFileName().toString()));
        List<Path> programs = new ArrayList<>(List.of(directory.resolve("bin/mysqld")));
        try (Stream<Path> plugins = Files.list(directory.resolve(PLUGINS))) {
            plugins.filter(path -> path.toString().endsWith(".so")).forEach(programs::add);
        }
        for (Path program : programs) {
            List<String> list =
                    List.of(loader.toString(), "--library-path", from.toString(), "--list", program.toString());
            String output = Commands.run(list, Map.of(), null).output();
            Matcher missing = MISSING.matcher(output);
            // A plugin may need what no test of ours does; it then fails where it is loaded.
            if (missing.find() && program.equals(programs.get(0))) {
                throw new ServerUnavailable(
                        "a library is missing: program=" + program.getFileName() + ", library=" + missing.group(1));
            }
            for (Matcher library = LIBRARY.matcher(output); library.find(); ) {
                String named = library.group(library.group(1) == null ? 2 : 1);
                // The loader itself is named by its path.
                needed.add(Path.of(named).getFileName().toString());
            }
        }
        Files.createDirectories(directory.resolve(LIBRARIES));
        for (String library : needed) {
            Path file = from.resolve(library);
            if (Files.exists(file)) {
                copy(file, directory.resolve(LIBRARIES).resolve(library));
            }
        }
    }

    /** What a link points to is copied. */
    private static void copy(Path from, Path to) throws IOException {
        Files.copy(from.toRealPath(), to, StandardCopyOption.COPY_ATTRIBUTES);
    }
}
