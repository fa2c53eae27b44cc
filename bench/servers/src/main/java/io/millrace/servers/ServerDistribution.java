package io.millrace.servers;

import java.io.IOException;
import java.nio.file.Path;
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
            new DebianLibraries(directory.resolve(ADDED_LIBRARIES)).supply(directory.resolve(kind.binary()));
            requireRuns(new ServerDistribution(kind, directory));
        });
        return new ServerDistribution(kind, home);
    }

    Path binary() {
        return home.resolve(kind.binary());
    }

    /** What a process of this distribution needs in its environment. */
    Map<String, String> environment() {
        return Map.of("LD_LIBRARY_PATH", home.resolve(ADDED_LIBRARIES).toString(), "TZ", "UTC", "LC_ALL", "C");
    }

    private static void requireRuns(ServerDistribution distribution) throws IOException {
        Commands.Outcome outcome =
                Commands.run(List.of(distribution.binary().toString(), "--version"), distribution.environment(), null);
        if (!outcome.isSuccess()) {
            throw new ServerUnavailable("server does not run here: binary=" + distribution.binary() + ", exit="
                    + outcome.exitCode() + "\n" + outcome.output());
        }
    }
}
