package io.millrace.e2e.rates;

import io.millrace.servers.MySqlServer;
import io.millrace.servers.PostgresServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** This program, in a process of its own as {@code engine/bin/millrace run} starts it. */
final class Millrace implements Contender {
    private static final long SAMPLE_MILLIS = 20;

    private final String name;
    private final String steps;
    private final String taskLines;
    private final List<String> jvmOptions;

    /**
     * A contender.
     *
     * @param steps lines of the task file: which steps, and where they start
     * @param taskLines further lines of the task file
     */
    Millrace(String name, String steps, String taskLines, List<String> jvmOptions) {
        this.name = name;
        this.steps = steps;
        this.taskLines = taskLines;
        this.jvmOptions = jvmOptions;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public Measurement run(Rig rig) throws IOException, InterruptedException {
        Path directory = Files.createDirectories(rig.directory().resolve("millrace-" + rig.targetDatabase()));
        Path summary = directory.resolve("summary.json");
        writeFiles(rig, directory);
        Process process = new ProcessBuilder(command(directory, summary))
                .redirectErrorStream(true)
                .redirectOutput(directory.resolve("output.log").toFile())
                .start();
        MemorySample memory = MemorySample.NONE;
        while (process.isAlive()) {
            memory = memory.max(MemorySample.of(process.pid()));
            Thread.sleep(SAMPLE_MILLIS);
        }
        if (process.exitValue() != 0) {
            throw new IllegalStateException("millrace failed: exit=" + process.exitValue() + "\n"
                    + Files.readString(directory.resolve("output.log")));
        }
        String json = Files.readString(summary);
        double rate = Measurement.number(json, "rate_per_s");
        return new Measurement(Measurement.number(json, "applied") / rate, rate, memory);
    }

    private void writeFiles(Rig rig, Path directory) throws IOException {
        MySqlServer source = rig.source();
        PostgresServer target = rig.target();
        Path password = Files.writeString(directory.resolve("password"), source.password());
        Files.writeString(directory.resolve("datasources.yaml"), """
                backlog: {type: mysql, host: 127.0.0.1, port: %d, user: %s, password: '${file:%s}'}
                copy: {type: postgres, host: 127.0.0.1, port: %d, database: %s, user: %s, password: '${file:%s}'}
                """.formatted(
                source.port(), source.user(), password, target.port(), rig.targetDatabase(), target.user(), password));
        StringBuilder tables = new StringBuilder();
        for (String table : rig.tables()) {
            tables.append("  - ")
                    .append(rig.database())
                    .append('.')
                    .append(table)
                    .append('\n');
        }
        Files.writeString(directory.resolve("task.yaml"), """
                name: rates
                source: backlog
                target: copy
                %s
                mapping: {schema_name: public}
                tables:
                %s%s
                """.formatted(
                        steps.formatted(rig.start().gtids()), tables, taskLines));
    }

    private List<String> command(Path directory, Path summary) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.add("@" + CheckoutFile.find("engine/bin/millrace.jvmflags"));
        command.addAll(jvmOptions);
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), "io.millrace.daemon.Main", "run"));
        command.add(directory.resolve("task.yaml").toString());
        command.addAll(List.of("--data-dir", directory.resolve("data").toString()));
        command.addAll(List.of("--until", "caught-up", "--summary", summary.toString()));
        return command;
    }
}
