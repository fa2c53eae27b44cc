package io.millrace.e2e;

import io.millrace.daemon.terminal.Terminal;
import io.millrace.daemon.text.Json;
import io.millrace.daemon.text.Quantities;
import io.millrace.error.ErrorCode;
import io.millrace.error.MillraceException;
import io.millrace.load.LoadStatus;
import io.millrace.pipeline.Pipeline;
import io.millrace.pipeline.status.Goal;
import io.millrace.pipeline.status.PipelineState;
import io.millrace.pipeline.status.PipelineStatus;
import io.millrace.servers.ScratchDirectory;
import io.millrace.task.TaskSpec;
import io.millrace.verify.TableComparison;
import io.millrace.verify.Verifier;
import java.nio.file.Path;
import java.sql.Connection;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * The demo from its servers' start to the comparison: structure, full load and changes through the embedding API, all under the
 * shop's traffic; a clean stop and a start in between; then every row compared. Confined to one thread.
 */
final class DemoRun {
    private static final int LOADS = 2;
    private static final long TICK_MILLIS = 100;
    private static final Duration STOP_TIMEOUT = Duration.ofMinutes(1);

    private final DemoOptions options;
    private final Terminal terminal;
    private final DemoStage stage;
    private final DemoReport report = new DemoReport();
    private final long start = System.nanoTime();

    DemoRun(DemoOptions options, Terminal terminal) {
        this.options = options;
        this.terminal = terminal;
        stage = new DemoStage(terminal);
    }

    /** Returns whether every row was equal. */
    boolean toEnd() throws Exception {
        stage.title("millrace demo: " + options.source().product() + " → "
                + options.target().product());
        stage.begin("servers");
        try (DemoServers servers = DemoServers.start(options.source(), options.target())) {
            report.source = servers.source().version();
            report.target = servers.target().version();
            stage.done(report.source + " on port " + servers.source().port() + ", " + report.target + " on port "
                    + servers.target().port() + ", " + stage.time());
            makeShop(servers);
            try (ScratchDirectory scratch = ScratchDirectory.make("millrace-demo", false)) {
                replicate(servers, scratch.path());
                compare(servers);
                if (options.isKept()) {
                    KeptServers.of(servers, task(), scratch.path()).untilEnter(terminal);
                }
            }
        }
        report.seconds = (System.nanoTime() - start) / 1e9;
        if (options.isJson()) {
            terminal.result(Json.write(report.json()));
        } else {
            terminal.result(
                    report.isEqual()
                            ? "source and target are equal: " + Quantities.count(report.comparison.rows()) + " rows"
                            : "source and target DIFFER: " + Quantities.count(report.comparison.differences())
                                    + " rows");
        }
        return report.isEqual();
    }

    private void makeShop(DemoServers servers) throws Exception {
        stage.begin("shop");
        report.shopRows = options.source().createShop(servers.source(), options.rows());
        stage.done(Quantities.count(report.shopRows) + " rows in 6 tables, " + stage.time());
    }

    private static TaskSpec task() {
        return TaskSpec.builder("shop_to_warehouse")
                .source("shop")
                .target("warehouse")
                .tables(Shop.DATABASE + ".*")
                .build();
    }

    private void replicate(DemoServers servers, Path directory) throws Exception {
        AtomicBoolean isClosing = new AtomicBoolean();
        MarkerProbe probe = new MarkerProbe();
        Crew crew = new Crew();
        Traffic[] loads = new Traffic[LOADS];
        try {
            for (int i = 0; i < LOADS; i++) {
                Traffic load = options.source().traffic(servers.source(), i);
                loads[i] = load;
                crew.start("load-" + i, () -> {
                    while (!isClosing.get()) {
                        load.step();
                    }
                });
            }
            try (Pipeline pipeline = pipeline(servers, directory, new Goal.None())) {
                pipeline.start();
                load(pipeline, crew);
                crew.start("sender", () -> {
                    try (Connection connection = servers.source().connect(Shop.DATABASE)) {
                        probe.send(connection);
                    }
                });
                crew.start("receiver", () -> {
                    try (Connection connection =
                            servers.target().connect(servers.targetData().database())) {
                        probe.receive(connection);
                    }
                });
                follow(pipeline, crew, probe);
                isClosing.set(true);
                probe.stop();
                crew.join();
                report.transactions = transactions(loads);
                stop(pipeline);
            }
        } finally {
            isClosing.set(true);
            probe.stop();
            crew.join();
            for (Traffic load : loads) {
                if (load != null) {
                    load.close();
                }
            }
        }
        resume(servers, directory);
    }

    private static long transactions(Traffic[] loads) {
        long sum = 0;
        for (Traffic load : loads) {
            sum += load.transactions();
        }
        return sum;
    }

    private static Pipeline pipeline(DemoServers servers, Path directory, Goal goal) {
        return Pipeline.builder()
                .task(task())
                .dataSources(servers.sourceData(), servers.targetData())
                .dataDirectory(directory.resolve("data"))
                .until(goal)
                .build();
    }

    private void load(Pipeline pipeline, Crew crew) throws InterruptedException {
        stage.begin("full load");
        Optional<PipelineStatus> status = pipeline.status();
        while (!status.flatMap(PipelineStatus::load).map(LoadStatus::isOver).orElse(false)) {
            requireRunning(pipeline, crew);
            status.ifPresent(glance -> stage.show(loadLine(glance)));
            Thread.sleep(TICK_MILLIS);
            status = pipeline.status();
        }
        report.loadedRows = status.orElseThrow().loadedRows();
        report.loadSeconds = stage.seconds();
        stage.done(Quantities.count(report.loadedRows) + " rows in " + stage.time() + ", "
                + Quantities.count(Math.round(DemoReport.perSecond(report.loadedRows, report.loadSeconds)))
                + " rows/s, structure included, while the shop went on");
    }

    private static String loadLine(PipelineStatus status) {
        return status.load()
                .map(load ->
                        load.current().map(each -> each.source().toString()).orElse("") + "  "
                                + Quantities.count(load.rows())
                                + " rows  " + Quantities.count(Math.round(status.loadRatePerSecond())) + " rows/s  lag "
                                + Quantities.time(status.lagMillis()))
                .orElse("");
    }

    private void follow(Pipeline pipeline, Crew crew, MarkerProbe probe) throws InterruptedException {
        stage.begin("changes");
        long before = pipeline.counters().applied();
        while (stage.seconds() < options.seconds()) {
            requireRunning(pipeline, crew);
            pipeline.status()
                    .ifPresent(status ->
                            stage.show(Quantities.count(status.counters().applied()) + " changes  "
                                    + Quantities.count(Math.round(status.ratePerSecond())) + "/s  lag "
                                    + Quantities.time(status.lagMillis()) + "  visible after "
                                    + millis(probe.percentileMillis(50))));
            Thread.sleep(TICK_MILLIS);
        }
        report.changeSeconds = stage.seconds();
        report.changes = pipeline.counters().applied() - before;
        report.latencyP50Millis = probe.percentileMillis(50);
        report.latencyP99Millis = probe.percentileMillis(99);
        report.markers = probe.count();
        stage.done(Quantities.count(report.changes) + " changes in " + stage.time() + ", "
                + Quantities.count(Math.round(DemoReport.perSecond(report.changes, report.changeSeconds)))
                + "/s as the shop made them; visible after " + millis(report.latencyP50Millis) + " (p50), "
                + millis(report.latencyP99Millis) + " (p99)");
    }

    private static String millis(double millis) {
        return String.format(Locale.ROOT, "%.1f ms", millis);
    }

    private static void requireRunning(Pipeline pipeline, Crew crew) {
        crew.check();
        if (pipeline.state().isEnd()) {
            throw pipeline.failure()
                    .orElseGet(() -> new MillraceException(
                            ErrorCode.INVARIANT, "the pipeline ended by itself: state=" + pipeline.state()));
        }
    }

    private void stop(Pipeline pipeline) {
        stage.begin("stop");
        if (!pipeline.stop(STOP_TIMEOUT)) {
            throw new MillraceException(
                    ErrorCode.INVARIANT, "the pipeline does not stop: seconds=" + STOP_TIMEOUT.toSeconds());
        }
        pipeline.failure().ifPresent(e -> {
            throw e;
        });
        stage.done("all checkpoints written, " + stage.time());
    }

    private void resume(DemoServers servers, Path directory) throws InterruptedException {
        stage.begin("start again");
        try (Pipeline pipeline = pipeline(servers, directory, new Goal.CaughtUp())) {
            pipeline.start();
            PipelineState end = pipeline.await();
            pipeline.failure().ifPresent(e -> {
                throw e;
            });
            if (end != PipelineState.FINISHED) {
                throw new MillraceException(ErrorCode.ENDED_EARLY, "not caught up: state=" + end);
            }
        }
        report.catchUpSeconds = stage.seconds();
        stage.done("went on where it stood, caught up in " + stage.time());
    }

    private void compare(DemoServers servers) {
        stage.begin("comparison");
        long[] rows = new long[1];
        report.comparison = new Verifier(task(), servers.sourceData(), servers.targetData()).compare((table, more) -> {
            rows[0] += more;
            stage.show(table + "  " + Quantities.count(rows[0]) + " rows");
        });
        report.compareSeconds = stage.seconds();
        if (report.isEqual()) {
            stage.done("every row equal: " + Quantities.count(report.comparison.rows()) + " rows in "
                    + report.comparison.tables().size() + " tables, " + stage.time());
            return;
        }
        for (TableComparison table : report.comparison.tables()) {
            if (!table.isEqual()) {
                stage.failed(table.source() + ": missing=" + table.missing() + ", extra=" + table.extra()
                        + ", different=" + table.different() + ", " + table.problem() + " " + table.samples());
            }
        }
    }
}
