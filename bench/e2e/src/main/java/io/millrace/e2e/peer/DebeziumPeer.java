package io.millrace.e2e.peer;

import io.millrace.servers.MySqlServer;
import io.millrace.servers.PostgresServer;
import io.millrace.servers.ScratchDirectory;
import java.io.IOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;

/**
 * Debezium's engine and its JDBC sink for PostgreSQL in one process, without Kafka between: a child JVM on the class
 * path that {@code ./mvnw -f bench/peers process-classes} leaves behind. It holds no state of its own, so a target
 * that exists stays as it is; the tables must be there.
 *
 * @param module the directory of {@code bench/peers}
 * @param jvmFlags of the child, such as {@code -Xmx2g}
 * @param settings Debezium's own, by {@code source.} and {@code sink.} before the name, over ours
 */
public record DebeziumPeer(Path module, List<String> jvmFlags, Map<String, String> settings) {

    /** How it is tuned: {@code BEST} is the fastest that we found; {@code DEFAULT} changes nothing but what is needed to run. */
    public enum Tuning {
        BEST,
        DEFAULT
    }

    /** Where the binary log stood: the peer reads what was written after it. */
    public record Start(String file, long position, String gtids) {
        public static Start now(MySqlServer source) {
            try (Connection connection = source.connect();
                    Statement statement = connection.createStatement();
                    ResultSet result = statement.executeQuery("SHOW MASTER STATUS")) {
                result.next();
                return new Start(
                        result.getString(1),
                        result.getLong(2),
                        result.getString(5).replace("\n", ""));
            } catch (SQLException failure) {
                throw new IllegalStateException("cannot read the position: server=" + source, failure);
            }
        }
    }

    public DebeziumPeer {
        jvmFlags = List.copyOf(jvmFlags);
        settings = Map.copyOf(settings);
        if (!isBuilt(module)) {
            throw new IllegalStateException(
                    "peer is not built: module=" + module + "; run ./mvnw -f bench/peers process-classes");
        }
    }

    /** Whether the module has been built, which the build does not do by itself. */
    public static boolean isBuilt(Path module) {
        return Files.exists(classPathFile(module));
    }

    /**
     * Runs it from a position until it has committed that many changes, and returns its line of JSON.
     *
     * @param scratch for its files
     * @param database of the source; the target's is given as {@code targetDatabase}, its schema is {@code public}
     */
    public String run(
            ScratchDirectory scratch,
            Tuning tuning,
            MySqlServer source,
            String database,
            List<String> tables,
            Start start,
            PostgresServer target,
            String targetDatabase,
            long expectedChanges)
            throws IOException, InterruptedException {
        Properties properties = new Properties();
        properties.setProperty("tuning", tuning == Tuning.BEST ? "best" : "default");
        properties.setProperty("mysql.port", Integer.toString(source.port()));
        properties.setProperty("mysql.user", source.user());
        properties.setProperty("mysql.password", source.password());
        properties.setProperty("database", database);
        properties.setProperty("tables", String.join(",", tables));
        properties.setProperty("binlog.file", start.file());
        properties.setProperty("binlog.position", Long.toString(start.position()));
        properties.setProperty("binlog.gtids", start.gtids());
        properties.setProperty("postgres.url", target.jdbcUrl(targetDatabase));
        properties.setProperty("postgres.user", target.user());
        properties.setProperty("postgres.password", target.password());
        properties.setProperty("expected.changes", Long.toString(expectedChanges));
        settings.forEach(properties::setProperty);
        Path file = scratch.path().resolve("peer.properties");
        try (Writer out = Files.newBufferedWriter(file)) {
            properties.store(out, null);
        }
        return start(scratch, file);
    }

    private String start(ScratchDirectory scratch, Path properties) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(jvmFlags);
        command.add("-cp");
        command.add(module.resolve("target/classes") + ":"
                + Files.readString(classPathFile(module)).strip());
        command.add("io.millrace.peers.DebeziumMain");
        command.add(properties.toString());
        Process child = scratch.start(new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT));
        String output = new String(child.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        int exitCode = child.waitFor();
        if (exitCode != 0) {
            throw new IllegalStateException("peer failed: exit=" + exitCode);
        }
        return output.strip();
    }

    private static Path classPathFile(Path module) {
        return module.resolve("target/peers.classpath");
    }
}
