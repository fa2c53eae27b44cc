package io.millrace.e2e.crash;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.millrace.e2e.session.MillraceCommand;
import io.millrace.pipeline.Pipeline;
import io.millrace.pipeline.status.Goal;
import io.millrace.pipeline.status.PipelineState;
import io.millrace.servers.MariaDbServer;
import io.millrace.servers.PostgresServer;
import io.millrace.servers.Server;
import io.millrace.task.TaskSpec;
import io.millrace.task.file.DataSourceFile;
import io.millrace.task.file.TaskFile;
import io.millrace.task.yaml.SecretResolver;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** The files of a task that copies the bank, as a person would write them, and the commands on it. */
final class BankTask {
    private static final int MAX_OUTPUT_SHOWN = 40_000;

    /** For a process that soon ends, or is killed. */
    private static final List<String> SHORT = List.of("-Xmx256m", "-XX:TieredStopAtLevel=1");

    /** For one whose speed or memory counts. */
    static final List<String> PRODUCTION = MillraceCommand.JVM;

    private final Path directory;
    private final Path output;

    private BankTask(Path directory) {
        this.directory = directory;
        this.output = directory.resolve("output.log");
    }

    /** Two chunks of the load at once, or four, by the seed. */
    static String concurrency(long seed) {
        int both = (seed & 2) == 0 ? 2 : 4;
        return "resources: {read_concurrency: " + both + ", write_concurrency: " + both + "}";
    }

    /**
     * Writes the files.
     *
     * @param sourcePort where the source is reached: the server's own port, or a proxy's
     * @param more lines for the end of the task file
     */
    static BankTask write(Path directory, Server source, int sourcePort, Server target, int targetPort, String more)
            throws IOException {
        return write(directory, "bank", source, sourcePort, target, targetPort, more);
    }

    /**
     * Writes the files.
     *
     * @param sourceOfTask the value of the task's {@code source:}
     */
    static BankTask write(
            Path directory,
            String sourceOfTask,
            Server source,
            int sourcePort,
            Server target,
            int targetPort,
            String more)
            throws IOException {
        if (!source.password().equals(target.password())) {
            throw new IllegalStateException("the servers of a test have one password");
        }
        String copy = dataSource(directory, type(target, "postgres"), targetPort, target);
        return write(directory, sourceOfTask, source, sourcePort, copy, more);
    }

    /** One that writes files, by these lines of its data source. */
    static BankTask intoFiles(Path directory, String sourceOfTask, Server source, String copy, String more)
            throws IOException {
        return write(directory, sourceOfTask, source, source.port(), copy, more);
    }

    private static BankTask write(
            Path directory, String sourceOfTask, Server source, int sourcePort, String copy, String more)
            throws IOException {
        Files.createDirectories(directory);
        Files.writeString(directory.resolve("password"), source.password());
        Files.writeString(
                directory.resolve("datasources.yaml"),
                "bank:\n" + dataSource(directory, type(source, "bank"), sourcePort, source) + "copy:\n" + copy);
        Files.writeString(directory.resolve("task.yaml"), """
                name: bank
                source: %s
                target: copy
                tables: [bank.*]
                %s""".formatted(sourceOfTask, more));
        return new BankTask(directory);
    }

    private static String dataSource(Path directory, String type, int port, Server server) {
        return """
                  type: %s
                  host: 127.0.0.1
                  port: %d
                  user: %s
                  password: '${file:%s}'
                """.formatted(type, port, server.user(), directory.resolve("password"));
    }

    /** With the database, where the type has one. */
    private static String type(Server server, String database) {
        return server instanceof MariaDbServer
                ? "mariadb"
                : server instanceof PostgresServer ? "postgres\n  database: " + database : "mysql";
    }

    /** The target without TLS: what goes there can be read on its way. */
    BankTask withoutTls() throws IOException {
        Path file = directory.resolve("datasources.yaml");
        Files.writeString(file, Files.readString(file) + "  tls: {mode: disabled}\n");
        return this;
    }

    /** Every change a row. */
    BankTask appending() throws IOException {
        Path file = directory.resolve("task.yaml");
        Files.writeString(
                file,
                Files.readString(file).replace("target: copy\n", "target: {datasource: copy, write_mode: append}\n"));
        return this;
    }

    /** Other tables from the next start on. */
    void taking(String tables) throws IOException {
        Path file = directory.resolve("task.yaml");
        Files.writeString(file, Files.readString(file).replaceFirst("tables: .*", "tables: [" + tables + "]"));
    }

    TaskSpec spec() throws IOException {
        return TaskFile.parse("task.yaml", Files.readString(directory.resolve("task.yaml")))
                .orThrow();
    }

    /** The same task in this JVM, which starts sooner. */
    Pipeline pipeline(Goal goal) throws IOException {
        return Pipeline.builder()
                .task(spec())
                .dataSources(DataSourceFile.parse(
                                "datasources.yaml",
                                Files.readString(directory.resolve("datasources.yaml")),
                                directory,
                                new PasswordFile(),
                                Set.of("bank", "copy"))
                        .orThrow()
                        .values())
                .dataDirectory(dataDirectory())
                .until(goal)
                .build();
    }

    /** Runs it here until it has caught up. */
    void finish() throws IOException, InterruptedException {
        try (Pipeline pipeline = pipeline(new Goal.CaughtUp())) {
            pipeline.start();
            awaitFinished(pipeline);
        }
    }

    static void awaitFinished(Pipeline pipeline) throws InterruptedException {
        PipelineState end = pipeline.await();
        assertEquals(Optional.empty(), pipeline.failure());
        assertEquals(PipelineState.FINISHED, end);
    }

    private static final class PasswordFile implements SecretResolver {
        @Override
        public Optional<String> environment(String name) {
            return Optional.empty();
        }

        @Override
        public Optional<String> file(Path path) {
            try {
                return Optional.of(Files.readString(path));
            } catch (IOException e) {
                return Optional.empty();
            }
        }
    }

    MillraceProcess run(String... arguments) throws IOException {
        return run(SHORT, arguments);
    }

    MillraceProcess run(List<String> jvmOptions, String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                "run",
                directory.resolve("task.yaml").toString(),
                "--data-dir",
                dataDirectory().toString()));
        command.addAll(List.of(arguments));
        return MillraceProcess.start(output, jvmOptions, command);
    }

    MillraceProcess check(String... arguments) throws IOException {
        List<String> command =
                new ArrayList<>(List.of("check", directory.resolve("task.yaml").toString()));
        command.addAll(List.of(arguments));
        return MillraceProcess.start(output, SHORT, command);
    }

    MillraceProcess verify() throws IOException {
        return MillraceProcess.start(
                output, SHORT, List.of("verify", directory.resolve("task.yaml").toString()));
    }

    /** One of the commands on the rows that could not be written. */
    MillraceProcess dirty(String what) throws IOException {
        return MillraceProcess.start(
                output,
                SHORT,
                List.of(
                        "dirty",
                        what,
                        directory.resolve("task.yaml").toString(),
                        "--data-dir",
                        dataDirectory().toString()));
    }

    /** How much its processes have printed. */
    int outputLength() throws IOException {
        return Files.readString(output).length();
    }

    /** What they have printed since then. */
    String outputFrom(int length) throws IOException {
        return Files.readString(output).substring(length);
    }

    MillraceProcess remove(String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                "remove",
                directory.resolve("task.yaml").toString(),
                "--data-dir",
                dataDirectory().toString()));
        command.addAll(List.of(arguments));
        return MillraceProcess.start(output, SHORT, command);
    }

    Path dataDirectory() {
        return directory.resolve("data");
    }

    Path summary() {
        return directory.resolve("summary.json");
    }

    /** The last part of what all its processes printed. */
    String output() {
        try {
            String text = Files.readString(output);
            return text.substring(Math.max(0, text.length() - MAX_OUTPUT_SHOWN));
        } catch (IOException e) {
            return "no output: " + e;
        }
    }
}
