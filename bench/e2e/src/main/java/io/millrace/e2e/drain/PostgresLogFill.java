package io.millrace.e2e.drain;

import io.millrace.datasource.DataSource;
import io.millrace.datasource.Secret;
import io.millrace.datasource.TlsMode;
import io.millrace.e2e.workload.ReferenceBacklog;
import io.millrace.position.PostgresPosition;
import io.millrace.reader.ChangeReader;
import io.millrace.reader.ChangeRequest;
import io.millrace.reader.Source;
import io.millrace.reader.SourceProvider;
import io.millrace.reader.TableSelection;
import io.millrace.schema.TableId;
import io.millrace.servers.FileTree;
import io.millrace.servers.PostgresServer;
import io.millrace.wal.ChangeLog;
import io.millrace.wal.LogSettings;
import io.millrace.wal.mapped.ChangeLogs;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.ServiceLoader;

/** Our reader, filling a change log of its own from a slot; no writer. The time ends when all of it is durable. */
final class PostgresLogFill {
    private static final long PATIENCE_NANOS = 300_000_000_000L;

    private final PostgresServer server;
    private final String database;
    private final Path directory;

    PostgresLogFill(PostgresServer server, String database, Path directory) {
        this.server = server;
        this.database = database;
        this.directory = directory;
    }

    String publication() {
        return "millrace_drain";
    }

    String slot(String name) {
        return "millrace_" + name;
    }

    ChangeRequest request(String name) {
        return new ChangeRequest(
                "drain",
                1,
                new OneTable(),
                Duration.ofSeconds(10),
                Optional.of(slot(name)),
                Optional.of(publication()),
                false);
    }

    Source open() {
        return ServiceLoader.load(SourceProvider.class).stream()
                .map(ServiceLoader.Provider::get)
                .filter(provider -> provider.types().contains("postgres"))
                .findFirst()
                .orElseThrow()
                .open(new DataSource(
                        "drain",
                        "postgres",
                        server.host(),
                        server.port(),
                        database,
                        server.user(),
                        Secret.of(server.password()),
                        TlsMode.DISABLED,
                        Optional.empty(),
                        Duration.ofSeconds(10)));
    }

    /** Returns seconds, those of connecting included. */
    double run(Source source, String slot, PostgresPosition from, PostgresPosition to)
            throws IOException, InterruptedException {
        Path log = directory.resolve(slot);
        ChangeRequest request = new ChangeRequest(
                "drain",
                1,
                new OneTable(),
                Duration.ofSeconds(10),
                Optional.of(slot),
                Optional.of(publication()),
                false);
        LogSettings settings =
                new LogSettings(log, 1L << 40, LogSettings.DEFAULT_FILE_BYTES, from, Optional.empty(), "drain");
        double seconds;
        try (ChangeLog changes = ChangeLogs.open(settings);
                ChangeReader reader = source.changes(request)) {
            Throwable[] failure = new Throwable[1];
            Thread thread = new Thread(() -> reader.run(changes.sink()), "reader");
            thread.setUncaughtExceptionHandler((ended, error) -> failure[0] = error);
            long started = System.nanoTime();
            thread.start();
            while (!((PostgresPosition) changes.durablePosition()).covers(to)) {
                if (!thread.isAlive() || System.nanoTime() - started > PATIENCE_NANOS) {
                    throw new IllegalStateException(
                            "log was not filled: position=" + changes.durablePosition(), failure[0]);
                }
                Thread.sleep(1);
            }
            seconds = (System.nanoTime() - started) / 1e9;
            reader.stop();
            thread.join();
        }
        FileTree.delete(log);
        return seconds;
    }

    private record OneTable() implements TableSelection {
        @Override
        public boolean isSelected(TableId table) {
            return table.name().equals(ReferenceBacklog.TABLE);
        }

        @Override
        public List<String> declaredKey(TableId table) {
            return List.of();
        }
    }
}
