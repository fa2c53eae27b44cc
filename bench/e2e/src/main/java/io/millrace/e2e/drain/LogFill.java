package io.millrace.e2e.drain;

import io.millrace.datasource.DataSource;
import io.millrace.datasource.Secret;
import io.millrace.datasource.TlsMode;
import io.millrace.e2e.workload.ReferenceBacklog;
import io.millrace.position.SourcePosition;
import io.millrace.reader.ChangeReader;
import io.millrace.reader.ChangeRequest;
import io.millrace.reader.Source;
import io.millrace.reader.SourceProvider;
import io.millrace.reader.TableSelection;
import io.millrace.schema.TableId;
import io.millrace.servers.MySqlServer;
import io.millrace.wal.ChangeLog;
import io.millrace.wal.LogSettings;
import io.millrace.wal.mapped.ChangeLogs;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.ServiceLoader;

/**
 * The product's own reader, filling a change log of its own up to a position of the source; no writer. The time ends when all of
 * it is durable.
 */
final class LogFill {
    private static final long PATIENCE_MILLIS = 300_000;

    private final Path directory;
    private final String database;

    LogFill(Path directory, String database) {
        this.directory = directory;
        this.database = database;
    }

    /**
     * What came of it.
     *
     * @param logBytes appended to the log
     * @param forces of the log's file
     */
    record Filled(double seconds, long logBytes, long forces) {}

    Filled run(MySqlServer server, boolean isTls, SourcePosition from, SourcePosition to) throws InterruptedException {
        LogSettings settings =
                new LogSettings(directory, 1L << 40, LogSettings.DEFAULT_FILE_BYTES, from, Optional.empty(), "drain");
        try (Source source = provider().open(dataSource(server, isTls));
                ChangeLog log = ChangeLogs.open(settings);
                ChangeReader reader = source.changes(new ChangeRequest(
                        "drain", 4_000_000_002L, new OneDatabase(database), Duration.ofSeconds(10)))) {
            Throwable[] failure = new Throwable[1];
            Thread thread = new Thread(() -> reader.run(log.sink()), "reader");
            thread.setUncaughtExceptionHandler((ended, error) -> failure[0] = error);
            long started = System.nanoTime();
            thread.start();
            while (!log.durablePosition().text().equals(to.text())) {
                boolean isLate = System.nanoTime() - started > PATIENCE_MILLIS * 1_000_000;
                if (!thread.isAlive() || isLate) {
                    throw new IllegalStateException(
                            "log was not filled: position=" + log.durablePosition(), failure[0]);
                }
                Thread.sleep(1);
            }
            double seconds = (System.nanoTime() - started) / 1e9;
            reader.stop();
            thread.join();
            return new Filled(
                    seconds, log.status().appendedBytes(), log.status().forces());
        }
    }

    private static SourceProvider provider() {
        return ServiceLoader.load(SourceProvider.class).stream()
                .map(ServiceLoader.Provider::get)
                .filter(provider -> provider.types().contains("mysql"))
                .findFirst()
                .orElseThrow();
    }

    private static DataSource dataSource(MySqlServer server, boolean isTls) {
        return new DataSource(
                "drain",
                "mysql",
                server.host(),
                server.port(),
                "",
                server.user(),
                Secret.of(server.password()),
                isTls ? TlsMode.REQUIRED : TlsMode.DISABLED,
                Optional.empty(),
                Duration.ofSeconds(10));
    }

    private record OneDatabase(String database) implements TableSelection {
        @Override
        public boolean isSelected(TableId table) {
            return table.namespace().equals(database) && table.name().equals(ReferenceBacklog.TABLE);
        }

        @Override
        public List<String> declaredKey(TableId table) {
            return List.of();
        }
    }
}
