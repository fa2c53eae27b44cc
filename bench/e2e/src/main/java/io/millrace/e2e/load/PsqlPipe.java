package io.millrace.e2e.load;

import io.millrace.servers.PostgresServer;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** {@code psql -c 'COPY … TO STDOUT' | psql -c 'COPY … FROM STDIN'}, both in COPY's binary format: PostgreSQL's own way from server to server. */
record PsqlPipe(String client) {
    private static final long PATIENCE_SECONDS = 300;

    /** Returns seconds, those of both clients' start included. */
    double run(LoadTable table, PostgresServer target, String copy) throws IOException, InterruptedException {
        ProcessBuilder from = psql(table.source(), table.database(), "TO STDOUT");
        ProcessBuilder into = psql(target, copy, "FROM STDIN");
        into.redirectOutput(ProcessBuilder.Redirect.INHERIT);
        long started = System.nanoTime();
        for (Process process : ProcessBuilder.startPipeline(List.of(from, into))) {
            if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS) || process.exitValue() != 0) {
                process.destroyForcibly();
                throw new IllegalStateException("the client did not end well: client=" + client);
            }
        }
        return (System.nanoTime() - started) / 1e9;
    }

    private ProcessBuilder psql(PostgresServer server, String database, String direction) {
        ProcessBuilder builder = new ProcessBuilder(
                client,
                "--no-psqlrc",
                "--quiet",
                "--set=ON_ERROR_STOP=1",
                "--host=" + server.host(),
                "--port=" + server.port(),
                "--username=" + server.user(),
                "--dbname=" + database,
                "--command=COPY " + LoadTable.NAME + " " + direction + " (FORMAT binary)");
        builder.environment().put("PGPASSWORD", server.password());
        builder.redirectError(ProcessBuilder.Redirect.INHERIT);
        return builder;
    }
}
