package io.millrace.e2e.load;

import io.millrace.e2e.session.MillraceRun;
import io.millrace.e2e.session.ProcessSample;
import io.millrace.servers.MySqlServer;
import io.millrace.servers.PostgresServer;
import io.millrace.servers.ScratchDirectory;
import io.millrace.servers.Server;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** This program, in a process of its own, as {@code engine/bin/millrace run} starts it: slot, load and all, until it has caught up. */
record LoadRun(String steps, String tables, String taskLines, List<String> jvmOptions) {
    /** @param seconds from the process's start to its end, those of the JVM's start included */
    record Result(double seconds, ProcessSample memory) {}

    Result run(Server source, String database, PostgresServer target, String copy, ScratchDirectory scratch)
            throws IOException, InterruptedException {
        Path directory = Files.createDirectories(scratch.path().resolve(copy));
        writeFiles(source, database, target, copy, directory);
        long started = System.nanoTime();
        ProcessSample memory = MillraceRun.start(scratch, directory, jvmOptions, List.of("--until", "caught-up"))
                .awaitEnd();
        return new Result((System.nanoTime() - started) / 1e9, memory);
    }

    private void writeFiles(Server source, String database, PostgresServer target, String copy, Path directory)
            throws IOException {
        Files.writeString(
                directory.resolve("datasources.yaml"),
                dataSource("original", source, database, directory) + dataSource("copy", target, copy, directory));
        boolean isMySql = source instanceof MySqlServer;
        Files.writeString(directory.resolve("task.yaml"), """
                name: %s
                source: original
                target: copy
                steps: %s
                tables: ['%s.%s']
                %s
                %s
                """.formatted(
                        copy,
                        steps,
                        isMySql ? database : "public",
                        tables,
                        isMySql ? "mapping: {schema_name: public}" : "",
                        taskLines));
    }

    /** Without TLS, as the clients go that are measured beside it. */
    private static String dataSource(String name, Server server, String database, Path directory) throws IOException {
        Path password = Files.writeString(directory.resolve(name + "-password"), server.password());
        String kind = server instanceof MySqlServer ? "mysql" : "postgres, database: " + database;
        return "%s: {type: %s, host: 127.0.0.1, port: %d, user: %s, password: '${file:%s}', tls: {mode: disabled}}\n"
                .formatted(name, kind, server.port(), server.user(), password);
    }
}
