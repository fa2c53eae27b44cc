package io.millrace.servers;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Supplies shared libraries that a binary needs and the machine lacks: their Debian packages are downloaded and
 * unpacked into a directory, nothing is installed and no root is needed.
 */
final class DebianLibraries {
    private static final Pattern MISSING = Pattern.compile("(\\S+) => not found");
    // A package brings libraries that may lack others in turn.
    private static final int MAX_ROUNDS = 4;
    // Newer releases carry the t64 names.
    private static final Map<String, List<String>> PACKAGES = Map.of(
            "libaio.so.1", List.of("libaio1", "libaio1t64"),
            "libnuma.so.1", List.of("libnuma1"),
            "libcrypt.so.1", List.of("libcrypt1"),
            "libsystemd.so.0", List.of("libsystemd0"),
            "libcap.so.2", List.of("libcap2"),
            "libgcrypt.so.20", List.of("libgcrypt20"),
            "libgpg-error.so.0", List.of("libgpg-error0"),
            "liblzma.so.5", List.of("liblzma5"),
            "libzstd.so.1", List.of("libzstd1"),
            "liblz4.so.1", List.of("liblz4-1"));

    private final Path directory;

    DebianLibraries(Path directory) {
        this.directory = directory;
    }

    /** Supplies what the binary lacks, or says which library cannot be had. */
    void supply(Path binary) throws IOException {
        Set<String> missing = missing(binary);
        for (int round = 0; !missing.isEmpty() && round < MAX_ROUNDS; round++) {
            for (String library : missing) {
                fetch(library);
            }
            missing = missing(binary);
        }
        if (!missing.isEmpty()) {
            throw new ServerUnavailable(
                    "libraries are missing: binary=" + binary.getFileName() + ", libraries=" + missing);
        }
    }

    private Set<String> missing(Path binary) throws IOException {
        Set<String> missing = new TreeSet<>();
        if (Machine.program("ldd").isEmpty()) {
            return missing;
        }
        Matcher matcher = MISSING.matcher(
                Commands.run(List.of("ldd", binary.toString()), Map.of("LD_LIBRARY_PATH", directory.toString()), null)
                        .output());
        while (matcher.find()) {
            missing.add(matcher.group(1));
        }
        return missing;
    }

    private void fetch(String library) throws IOException {
        List<String> packages = PACKAGES.get(library);
        if (packages == null || Machine.program("apt-get").isEmpty()) {
            throw new ServerUnavailable("library is missing: library=" + library + ", packages="
                    + (packages == null ? "unknown" : packages) + ", aptGet="
                    + Machine.program("apt-get").isPresent());
        }
        Path scratch = Files.createTempDirectory("millrace-library");
        try {
            // The machine's own package lists first; where there are none, lists of our own.
            if (!download(scratch, packages, List.of())) {
                List<String> ownLists = ownLists(scratch);
                Commands.run(aptGet(ownLists, "update"), Map.of(), null);
                if (!download(scratch, packages, ownLists)) {
                    throw new ServerUnavailable("library is missing and its package cannot be downloaded: library="
                            + library + ", packages=" + packages);
                }
            }
            collect(scratch, library);
        } finally {
            FileTree.delete(scratch);
        }
    }

    private static boolean download(Path scratch, List<String> packages, List<String> options) throws IOException {
        for (String name : packages) {
            List<String> command = new ArrayList<>(List.of("sh", "-c", "cd \"$0\" && exec \"$@\"", scratch.toString()));
            command.addAll(aptGet(options, "download"));
            command.add(name);
            if (Commands.run(command, Map.of(), null).isSuccess()) {
                unpack(scratch);
                return true;
            }
        }
        return false;
    }

    private static void unpack(Path scratch) throws IOException {
        try (Stream<Path> files = Files.list(scratch)) {
            for (Path file :
                    files.filter(path -> path.toString().endsWith(".deb")).toList()) {
                Commands.require(
                        List.of(
                                "dpkg-deb",
                                "-x",
                                file.toString(),
                                scratch.resolve("unpacked").toString()),
                        Map.of(),
                        null);
            }
        }
    }

    private void collect(Path scratch, String library) throws IOException {
        Files.createDirectories(directory);
        Map<String, Path> found = new HashMap<>();
        try (Stream<Path> files = Files.walk(scratch.resolve("unpacked"))) {
            files.filter(path -> path.getFileName().toString().startsWith(library) && Files.isRegularFile(path))
                    .forEach(path -> found.put(path.getFileName().toString(), path));
        }
        // libaio.so.1t64 is libaio.so.1 but for its name.
        Path best =
                found.getOrDefault(library, found.values().stream().findFirst().orElse(null));
        if (best != null) {
            Files.copy(best.toRealPath(), directory.resolve(library));
        }
    }

    private static List<String> ownLists(Path scratch) throws IOException {
        Files.createDirectories(scratch.resolve("lists/partial"));
        Files.createDirectories(scratch.resolve("cache/archives/partial"));
        return List.of(
                "-o", "Dir::State::Lists=" + scratch.resolve("lists"),
                "-o", "Dir::Cache=" + scratch.resolve("cache"),
                "-o", "Debug::NoLocking=1");
    }

    private static List<String> aptGet(List<String> options, String command) {
        List<String> all = new ArrayList<>(List.of("apt-get", "-q"));
        all.addAll(options);
        all.add(command);
        return all;
    }
}
