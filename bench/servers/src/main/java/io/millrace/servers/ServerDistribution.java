package io.millrace.servers;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The unpacked binaries of one kind of server, and the libraries that the machine lacks for them. Immutable. */
record ServerDistribution(ServerKind kind, Path home) {
    private static final String ADDED_LIBRARIES = "added-libraries";

    /** Takes it from the cache, where it is unpacked if this machine has not had it yet. */
    static ServerDistribution of(ServerKind kind, ServerCache cache) {
        Machine.requireSupportedPlatform();
        Path home = cache.entry(kind.cacheName(), directory -> {
            kind.archive().unpack(directory);
            ServerDistribution made = new ServerDistribution(kind, directory);
            if (!made.bringsLoader()) {
                new DebianLibraries(directory.resolve(ADDED_LIBRARIES)).supply(directory.resolve(kind.binary()));
            }
            requireRuns(made);
        });
        return new ServerDistribution(kind, home);
    }

    /** The first words of a command that runs the server: its program, under its own loader if it brought one. */
    List<String> program() {
        Path binary = home.resolve(kind.binary());
        return bringsLoader()
                ? List.of(
                        home.resolve(DebianPackage.LOADER).toString(),
                        "--library-path",
                        home.resolve(DebianPackage.LIBRARIES).toString(),
                        binary.toString())
                : List.of(binary.toString());
    }

    /** Whether it runs on libraries of its own, down to the C library, and was built for another place than this. */
    boolean bringsLoader() {
        return kind.archive() instanceof DebianPackage;
    }

    /** What a process of this distribution needs in its environment. */
    Map<String, String> environment() {
        return Map.of("LD_LIBRARY_PATH", home.resolve(ADDED_LIBRARIES).toString(), "TZ", "UTC", "LC_ALL", "C");
    }

    private static void requireRuns(ServerDistribution distribution) throws IOException {
        List<String> command = new ArrayList<>(distribution.program());
        command.add("--version");
        Commands.Outcome outcome = Commands.run(command, distribution.environment(), null);
        if (!outcome.isSuccess()) {
            throw new ServerUnavailable("server does not run here: server=" + distribution.kind() + ", exit="
                    + outcome.exitCode() + "\n" + outcome.output());
        }
    }
}
