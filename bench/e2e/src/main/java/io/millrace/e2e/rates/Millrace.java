package io.millrace.e2e.rates;

import io.millrace.e2e.session.MillraceRun;
import io.millrace.e2e.session.ProcessSample;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** This program, in a process of its own as {@code engine/bin/millrace run} starts it. */
final class Millrace implements Contender {
    private static final String SUMMARY = "summary.json";

    private final Variant variant;
    private final boolean loads;
    private final List<String> jvmOptions;

    /**
     * A contender.
     *
     * @param loads whether it makes and loads the tables, too, each time from the beginning if there is none of its own yet
     */
    Millrace(Variant variant, boolean loads, List<String> jvmOptions) {
        this.variant = variant;
        this.loads = loads;
        this.jvmOptions = jvmOptions;
    }

    @Override
    public String name() {
        return variant.name();
    }

    @Override
    public String compared(String expressions) {
        return variant.compared(expressions);
    }

    private void addColumns(Rig rig) {
        boolean isPostgres = rig.target() instanceof PostgresTarget;
        for (String table : rig.workload().tables()) {
            variant.targetColumns(table, isPostgres)
                    .ifPresent(sql -> rig.target().server().execute(rig.targetDatabase(), sql));
        }
    }

    @Override
    public Measurement run(Rig rig) throws IOException, InterruptedException {
        Path directory = directory(rig);
        addColumns(rig);
        MillraceRun run = start(rig, List.of("--until", "caught-up"));
        ProcessSample sample = run.awaitEnd();
        String json = Files.readString(directory.resolve(SUMMARY));
        double rate = Measurement.number(json, "rate_per_s");
        return new Measurement(Measurement.number(json, "applied") / rate, rate, sample, run.threads());
    }

    private static Path directory(Rig rig) {
        return rig.scratch().path().resolve("millrace-" + rig.run());
    }

    /**
     * Starts it in a directory of its own.
     *
     * @param options of {@code run}
     */
    MillraceRun start(Rig rig, List<String> options) throws IOException {
        Path directory = Files.createDirectories(directory(rig));
        writeFiles(rig, directory);
        List<String> jvm = new ArrayList<>(jvmOptions);
        jvm.addAll(variant.jvmOptions());
        List<String> all = new ArrayList<>(options);
        all.addAll(List.of("--summary", directory.resolve(SUMMARY).toString()));
        return MillraceRun.start(rig.scratch(), directory, jvm, all);
    }

    private void writeFiles(Rig rig, Path directory) throws IOException {
        Path password = Files.writeString(
                directory.resolve("password"), rig.source().server().password());
        Files.writeString(
                directory.resolve("datasources.yaml"),
                "backlog: " + rig.source().dataSource(password.toString()) + "\ncopy: "
                        + rig.target().dataSource(rig.targetDatabase(), password.toString()) + "\n");
        List<String> lines = new ArrayList<>();
        lines.add("name: r"); // short: of a thread's name, which begins with it, the kernel keeps fifteen characters
        lines.add(
                loads
                        ? "source: backlog\nsteps: [structure, full, incremental]"
                        : rig.source().incrementalLines(rig.run()));
        lines.add("target:\n  datasource: copy");
        variant.targetLines().forEach(line -> lines.add("  " + line));
        lines.add(
                "mapping: {schema_name: " + rig.target().namespace(rig.targetDatabase()) + variant.mappingTail() + "}");
        lines.add("tables:");
        rig.workload().tables().forEach(table -> lines.add("  - " + rig.source().namespace() + "." + table));
        lines.addAll(variant.taskLines());
        Files.write(directory.resolve("task.yaml"), lines);
    }
}
