package io.millrace.servers;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A database server that runs as a child process, on a port of the loopback interface, with its data in a temporary
 * directory. It and its directory go when it is closed, and also when this JVM ends, however that happens.
 *
 * <table>
 * <caption>States</caption>
 * <tr><th>state</th><th>entered by</th><th>leaves to</th></tr>
 * <tr><td>stopped</td><td>stop, kill, its own death</td><td>running (start), closed (close)</td></tr>
 * <tr><td>running</td><td>start, restart, resume</td><td>stopped, paused (pause), closed</td></tr>
 * <tr><td>paused</td><td>pause</td><td>running (resume), stopped (kill), closed</td></tr>
 * <tr><td>closed</td><td>close</td><td></td></tr>
 * </table>
 *
 * <p>The port stays the same over restarts. Thread-safe; one start, stop or kill at a time.
 */
public abstract sealed class Server implements AutoCloseable permits MySqlServer, MariaDbServer, PostgresServer {
    static final String PASSWORD = "Mill.race-1";

    /**
     * {@code false} lets servers leave their writes to the operating system, which a SIGKILL does not harm, but a power cut would:
     * for tests, which are about neither. Otherwise servers sync as they do by default.
     */
    static final String SYNC_PROPERTY = "millrace.servers.sync";

    private static final long START_TIMEOUT_MILLIS = 120_000;
    private static final long STOP_TIMEOUT_MILLIS = 120_000;
    private static final long POLL_MILLIS = 20;
    private static final int MAX_PORTS_TRIED = 5;
    private static final int MAX_LOG_LINES_SHOWN = 40;
    private static final AtomicInteger DATABASES = new AtomicInteger();

    private final ServerSettings settings;
    private final ServerCache cache;
    private final ServerDistribution distribution;
    private final Path directory;
    private ServerProcess process;
    private volatile int port;
    private volatile String version;
    private boolean closed;

    Server(ServerSettings settings) {
        this.settings = settings;
        cache = new ServerCache(ServerCache.defaultDirectory());
        distribution = ServerDistribution.of(settings.kind(), cache);
        try {
            directory = Files.createTempDirectory("millrace-server");
            // PostgreSQL passes through it as another user.
            Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwx--x--x"));
        } catch (IOException failure) {
            throw new UncheckedIOException("cannot make a directory for a server", failure);
        }
    }

    /** Lays out the data directory, which does not exist yet. */
    abstract void initialise(Path data) throws IOException;

    /** The command that runs it in the foreground, logging to standard error. */
    abstract List<String> command();

    /** The signal that has it end at once and cleanly. */
    abstract String stopSignal();

    /** The query whose columns are its version and its data directory. */
    abstract String identityQuery();

    /** The URL of a database, or of the server where it is {@code null}, without user and password. */
    public abstract String jdbcUrl(String database);

    /** The name of the user who may do anything, over TCP, with {@link #password}. */
    public abstract String user();

    public final ServerKind kind() {
        return settings.kind();
    }

    public final String host() {
        return "127.0.0.1";
    }

    public final int port() {
        return port;
    }

    public final String password() {
        return PASSWORD;
    }

    /** The version in the server's own words, such as {@code 11.4.5-MariaDB-log}. */
    public final String version() {
        return version;
    }

    public final Path dataDirectory() {
        return directory.resolve("data");
    }

    /** What the server wrote to its log, over all its runs. */
    public final Path logFile() {
        return directory.resolve("server.log");
    }

    /** The certificate to trust, in PEM, where the server was built with {@code tls()}. */
    public final Path certificateAuthority() {
        return certificate().certificate();
    }

    public final synchronized long pid() {
        return process == null ? -1 : process.pid();
    }

    public final synchronized boolean isRunning() {
        return process != null && process.isAlive();
    }

    /** Opens a connection that belongs to no database ({@code postgres} on PostgreSQL); close it. */
    public final Connection connect() {
        return connect(null);
    }

    /** Opens a connection to a database; close it. */
    public final Connection connect(String database) {
        try {
            return open(database);
        } catch (SQLException failure) {
            throw new IllegalStateException(
                    "cannot connect: server=" + kind() + ", port=" + port + ", database=" + database, failure);
        }
    }

    /** Runs statements on one connection of their own. */
    public final void execute(String database, String... statements) {
        try (Connection connection = connect(database);
                Statement statement = connection.createStatement()) {
            for (String sql : statements) {
                statement.execute(sql);
            }
        } catch (SQLException failure) {
            throw new IllegalStateException("statement failed: server=" + kind(), failure);
        }
    }

    /**
     * Creates an empty database whose name no test of this process has had at any server, and returns the name: it may be a schema's or a
     * database's at another server, too.
     */
    public final String freshDatabase(String prefix) {
        String name = prefix + "_" + DATABASES.incrementAndGet();
        execute(null, "CREATE DATABASE " + name);
        return name;
    }

    /** Starts it, on its data if it ran before, and returns when it lets users in. Does nothing if it runs. */
    public final synchronized void start() {
        if (closed) {
            throw new IllegalStateException("server is closed: server=" + kind());
        }
        if (isRunning()) {
            return;
        }
        boolean first = port == 0;
        try {
            if (first) {
                initialise(dataDirectory());
            }
        } catch (IOException failure) {
            throw new UncheckedIOException("cannot lay out a data directory: path=" + dataDirectory(), failure);
        }
        for (int attempt = 1; ; attempt++) {
            if (first) {
                port = Machine.freePort();
            }
            ServerProcess before = process;
            process = ServerProcess.start(directory, logFile(), command(), distribution.environment());
            if (before != null) {
                before.release();
            }
            if (awaitReady()) {
                if (first) {
                    ServersReport.ran(this);
                }
                return;
            }
            String log = logTail();
            boolean taken = log.contains("in use");
            if (!first || !taken || attempt == MAX_PORTS_TRIED) {
                throw new IllegalStateException("server does not start: server=" + kind() + "\n" + log);
            }
        }
    }

    /** Ends it cleanly; its data stay for the next start. Does nothing if it does not run. */
    public final synchronized void stop() {
        if (!isRunning()) {
            return;
        }
        process.signal(stopSignal());
        if (!process.awaitEnd(STOP_TIMEOUT_MILLIS)) {
            process.kill();
            throw new IllegalStateException("server did not stop and was killed: server=" + kind() + "\n" + logTail());
        }
    }

    /** Ends it as a crash does (SIGKILL); its data stay for the next start. */
    public final synchronized void kill() {
        if (process != null) {
            process.kill();
        }
    }

    /** {@link #stop} and {@link #start}. */
    public final synchronized void restart() {
        stop();
        start();
    }

    /** Stops its clock (SIGSTOP): connections stay open and nothing answers. PostgreSQL's sessions go on. */
    public final synchronized void pause() {
        process.signal("STOP");
    }

    /** Undoes {@link #pause}. */
    public final synchronized void resume() {
        process.signal("CONT");
    }

    /** Kills it if it runs, and deletes its data. Idempotent. */
    @Override
    public final synchronized void close() {
        if (closed) {
            return;
        }
        closed = true;
        if (process != null) {
            process.close();
        }
        try {
            FileTree.delete(directory);
        } catch (IOException failure) {
            throw new UncheckedIOException("cannot delete a server's directory: path=" + directory, failure);
        }
    }

    @Override
    public final String toString() {
        return kind() + " on port " + port;
    }

    /** Whether what is committed is on the disk, and not only with the operating system. */
    static boolean isSynced() {
        return !"false".equals(System.getProperty(SYNC_PROPERTY));
    }

    final ServerSettings settings() {
        return settings;
    }

    final ServerCache cache() {
        return cache;
    }

    final ServerDistribution distribution() {
        return distribution;
    }

    final Path directory() {
        return directory;
    }

    final ServerCertificate certificate() {
        return ServerCertificate.of(cache);
    }

    /** False if the process ended first. */
    private boolean awaitReady() {
        long started = System.nanoTime();
        while (process.isAlive()) {
            try (Connection connection = open(null)) {
                try (Statement statement = connection.createStatement();
                        ResultSet result = statement.executeQuery(identityQuery())) {
                    result.next();
                    // Another process's server may have taken the port, while ours has yet to find out and end.
                    if (Path.of(result.getString(2)).equals(dataDirectory())) {
                        version = result.getString(1);
                        return true;
                    }
                }
            } catch (SQLException notYet) {
                if (TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - started) > START_TIMEOUT_MILLIS) {
                    throw new IllegalStateException(
                            "server lets nobody in: server=" + kind() + "\n" + logTail(), notYet);
                }
            }
            Pause.millis(POLL_MILLIS);
        }
        return false;
    }

    private Connection open(String database) throws SQLException {
        return DriverManager.getConnection(jdbcUrl(database), user(), PASSWORD);
    }

    private String logTail() {
        try {
            List<String> lines = new String(Files.readAllBytes(logFile()), StandardCharsets.UTF_8)
                    .lines()
                    .toList();
            return String.join("\n", lines.subList(Math.max(0, lines.size() - MAX_LOG_LINES_SHOWN), lines.size()));
        } catch (IOException failure) {
            return "(no log: " + failure + ")";
        }
    }
}
