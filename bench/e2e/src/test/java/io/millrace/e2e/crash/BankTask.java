package io.millrace.e2e.crash;

import io.millrace.servers.MariaDbServer;
import io.millrace.servers.PostgresServer;
import io.millrace.servers.Server;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The files of a task that copies the bank, as a person would write them, and the commands on it. */
final class BankTask {
    private static final int MAX_OUTPUT_SHOWN = 40_000;

    /** For a process that soon ends, or is killed. */
    private static final List<String> SHORT = List.of("-Xmx256m", "-XX:TieredStopAtLevel=1");

    /** For one whose speed or memory counts. */
    static final List<String> PRODUCTION = List.of("-Xmx256m", "-Xmn24m");

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
        Files.createDirectories(directory);
        Path password = Files.writeString(directory.resolve("password"), source.password());
        if (!source.password().equals(target.password())) {
            throw new IllegalStateException("the servers of a test have one password");
        }
        Files.writeString(directory.resolve("datasources.yaml"), """
                bank:
                  type: %s
                  host: 127.0.0.1
                  port: %d
                  user: %s
                  password: '${file:%s}'
                copy:
                  type: %s
                  host: 127.0.0.1
                  port: %d
                  user: %s
                  password: '${file:%s}'
                """.formatted(
                        type(source, "bank"),
                        sourcePort,
                        source.user(),
                        password,
                        type(target, "postgres"),
                        targetPort,
                        target.user(),
                        password));
        Files.writeString(directory.resolve("task.yaml"), """
                name: bank
                source: %s
                target: copy
                tables: [bank.*]
                %s""".formatted(sourceOfTask, more));
        return new BankTask(directory);
    }

    /** With the database, where the type has one. */
    private static String type(Server server, String database) {
        return server instanceof MariaDbServer
                ? "mariadb"
                : server instanceof PostgresServer ? "postgres\n  database: " + database : "mysql";
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
