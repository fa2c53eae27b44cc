package io.millrace.e2e.drain;

import io.millrace.position.PostgresPosition;
import io.millrace.servers.PostgresServer;
import io.millrace.servers.ScratchDirectory;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** PostgreSQL's own client, which writes the messages of a slot to a file in memory, with the options that our reader asks for. */
final class RecvLogical {
    private static final long PATIENCE_SECONDS = 300;
    private static final Path MEMORY = Path.of("/dev/shm");

    private final PostgresServer server;
    private final String database;
    private final String client;

    RecvLogical(PostgresServer server, String database, String client) {
        this.server = server;
        this.database = database;
        this.client = client;
    }

    /** Returns seconds, those of its start included. */
    double run(String slot, String publication, PostgresPosition to) throws IOException, InterruptedException {
        try (ScratchDirectory scratch = ScratchDirectory.make(MEMORY, "millrace-recvlogical", false)) {
            return run(scratch, slot, publication, to);
        }
    }

    private double run(ScratchDirectory scratch, String slot, String publication, PostgresPosition to)
            throws IOException, InterruptedException {
        ProcessBuilder builder = new ProcessBuilder(List.of(
                client,
                "--host=" + server.host(),
                "--port=" + server.port(),
                "--username=" + server.user(),
                "--dbname=" + database,
                "--slot=" + slot,
                "--start",
                "--no-loop",
                "--endpos=" + PostgresPosition.lsnText(to.lsn()),
                "--option=proto_version=4",
                "--option=streaming=parallel",
                "--option=binary=true",
                "--option=publication_names=" + publication,
                "--file=" + scratch.path().resolve(slot)));
        builder.environment().put("PGPASSWORD", server.password());
        builder.inheritIO();
        long started = System.nanoTime();
        Process process = scratch.start(builder);
        if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS) || process.exitValue() != 0) {
            throw new IllegalStateException("the client did not end well: client=" + client);
        }
        return (System.nanoTime() - started) / 1e9;
    }
}
