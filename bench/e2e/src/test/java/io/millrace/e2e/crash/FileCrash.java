package io.millrace.e2e.crash;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.millrace.servers.Server;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Callable;

/** One {@link FileCase} from its source's first row to the reading of the files. */
final class FileCrash {
    private static final Duration PATIENCE = Duration.ofMinutes(1);

    private final FileCase the;
    private final Path directory;
    private final Path out;

    FileCrash(FileCase the, Path directory) {
        this.the = the;
        this.directory = directory;
        out = directory.resolve("out");
    }

    void survive() throws Exception {
        the.source().clear();
        try (Connection writer = the.source().connect();
                Connection judge = the.source().connect()) {
            NumberedWorkload workload = new NumberedWorkload(writer, the.seed(), the.traits());
            workload.create();
            Server source = the.source().server();
            BankTask task = BankTask.intoFiles(
                    directory,
                    the.source().ofTask(the.isTwoPhase()),
                    source,
                    the.target(),
                    "steps: [incremental]\nstart: now\n");
            task.finish();
            work(workload);
            Optional<SavedDirectory> saved = the.point() == FileKillPoint.LOG_BEHIND
                    ? Optional.of(SavedDirectory.of(task.dataDirectory()))
                    : Optional.empty();
            strike(task, workload);
            if (saved.isPresent()) {
                saved.get().restore();
            }
            workload.transactions(20);
            workload.resolve();
            task.finish();
            FileHistory history = FileHistory.read(out);
            assertEquals(workload.changes(), history.changes(), "each change stands there once");
            assertEquals(workload.history(), history.ofAccounts());
            history.assertEqual(judge);
        }
    }

    private static void work(NumberedWorkload workload) throws SQLException {
        workload.fill();
        workload.transactions(40);
        workload.truncate();
        workload.transactions(50);
    }

    private void strike(BankTask task, NumberedWorkload workload) throws Exception {
        Standing before = Standing.read(out);
        try (MillraceProcess run = task.run()) {
            Trickle trickle = new Trickle(workload);
            NamedPipe pipe = null;
            try {
                run.awaitThat(
                        "the first lines", PATIENCE, () -> !Standing.read(out).equals(before));
                switch (the.point()) {
                    case LINES, LOG_BEHIND ->
                        run.awaitThat("lines behind the checkpoint", PATIENCE, spinning(() -> {
                            Standing standing = Standing.read(out);
                            Path next = file(standing.number() + (standing.isClosed() ? 1 : 0));
                            return Files.exists(next)
                                    && Files.size(next) > (standing.isClosed() ? 0 : standing.length());
                        }));
                    case SYNC ->
                        run.awaitThat(
                                "the sync", PATIENCE, spinning(() -> SystemCalls.isSyncing(run.pid(), the.suffix())));
                    case CHECKPOINT -> {
                        pipe = NamedPipe.inPlaceOf(() -> out.resolve("bank.checkpoint.new"));
                        run.awaitThat("the checkpoint", PATIENCE, () -> SystemCalls.isOpening(run.pid()));
                    }
                    case ROTATION -> {
                        pipe = NamedPipe.inPlaceOf(() -> file(Standing.read(out).number() + 1));
                        run.awaitThat("the next file", PATIENCE, () -> SystemCalls.isOpening(run.pid()));
                    }
                }
                run.kill();
            } finally {
                trickle.stop();
                if (pipe != null) {
                    run.kill();
                    pipe.delete();
                }
            }
        }
    }

    private Path file(long number) {
        return out.resolve("bank-%08d".formatted(number) + the.suffix());
    }

    /** What lasts for less than the pause between two looks. */
    private static Callable<Boolean> spinning(Callable<Boolean> isSo) {
        return () -> {
            for (int i = 0; i < 2_000; i++) {
                if (isSo.call()) {
                    return true;
                }
            }
            return false;
        };
    }

    /**
     * How far the checkpoint says that the files are.
     *
     * @param number of the last file
     * @param length of it
     * @param isClosed whether the next line begins another one
     */
    private record Standing(long number, long length, boolean isClosed) {
        static Standing read(Path out) throws IOException {
            String text = Files.readString(out.resolve("bank.checkpoint"));
            return new Standing(
                    Long.parseLong(value(text, "file")),
                    Long.parseLong(value(text, "length")),
                    value(text, "closed").equals("true"));
        }

        private static String value(String text, String key) {
            return text.lines()
                    .filter(line -> line.startsWith(key + "="))
                    .findFirst()
                    .orElseThrow()
                    .substring(key.length() + 1);
        }
    }
}
