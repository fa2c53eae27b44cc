package io.millrace.daemon;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.millrace.metrics.Scrape;
import io.millrace.servers.RealServers;
import io.millrace.servers.ServerKind;
import io.millrace.servers.Servers;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a monitoring system sees of a task that runs. */
@RealServers({ServerKind.MARIADB_11_4, ServerKind.POSTGRES_18})
class MetricsIT {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Pattern SAID = Pattern.compile("metrics: (http://127\\.0\\.0\\.1:[0-9]+)/metrics");
    private static final Duration PATIENCE = Duration.ofMinutes(3);

    @TempDir
    Path directory;

    private final HttpClient client = HttpClient.newHttpClient();
    private String url;

    private HttpResponse<String> get(String page) throws IOException, InterruptedException {
        return client.send(
                HttpRequest.newBuilder(URI.create(url + page)).timeout(PATIENCE).build(),
                HttpResponse.BodyHandlers.ofString());
    }

    private Scrape scrape() throws IOException, InterruptedException {
        HttpResponse<String> page = get("/metrics");
        assertEquals(200, page.statusCode());
        assertEquals(
                "text/plain; version=0.0.4; charset=utf-8",
                page.headers().firstValue("Content-Type").orElse(""));
        return Scrape.parse(page.body());
    }

    private Scrape await(Predicate<Scrape> isSo) throws IOException, InterruptedException {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        Scrape scrape = scrape();
        while (!isSo.test(scrape)) {
            assertTrue(System.nanoTime() < deadline, scrape.toString());
            Thread.sleep(100);
            scrape = scrape();
        }
        return scrape;
    }

    private ChildCli.Started started(CliTask task) {
        ChildCli.Started run = task.cli().child().start("run", "task.yaml", "--metrics", "0");
        try {
            run.waitFor(err -> SAID.matcher(err).find());
            Matcher matcher = SAID.matcher(run.toString());
            assertTrue(matcher.find());
            url = matcher.group(1);
            return run;
        } catch (RuntimeException | Error e) {
            run.close();
            throw e;
        }
    }

    @Test
    void shouldShowATaskFromMariaDbWhileItRuns() throws IOException, InterruptedException {
        CliTask task = new CliTask(directory, Servers.mariadb(), Servers.postgres());
        task.atSource("CREATE TABLE t (id int PRIMARY KEY, v varchar(20))", "INSERT INTO t VALUES (1, 'a'), (2, 'b')");
        task.with("alerts: [{metric: log_disk, above: 1KiB, severity: info}, {metric: lag, above: 1h}]\n");
        String label = "{task=" + task.database + "}";
        try (ChildCli.Started run = started(task)) {
            await(scrape ->
                    scrape.has("millrace_load_over" + label) && scrape.value("millrace_load_over" + label) == 1);
            task.atSource(
                    "INSERT INTO t VALUES (3, 'c')", "UPDATE t SET v = 'd' WHERE id < 3", "DELETE FROM t WHERE id = 3");
            Scrape scrape = await(each -> each.has("millrace_changes_in_total" + label)
                    && each.value("millrace_changes_in_total" + label) == 4
                    && each.value("millrace_changes_in_flight" + label) == 0
                    && each.has("millrace_source_lag_bytes" + label)
                    && each.value("millrace_source_lag_bytes" + label) == 0);
            String table = "{task=" + task.database + ",table=" + task.database + ".t,operation=";
            assertEquals(1, scrape.value("millrace_table_changes_total" + table + "insert}"));
            assertEquals(2, scrape.value("millrace_table_changes_total" + table + "update}"));
            assertEquals(1, scrape.value("millrace_table_changes_total" + table + "delete}"));
            assertEquals(2, scrape.value("millrace_loaded_rows_total" + label));
            assertEquals(0, scrape.value("millrace_lag_seconds" + label));
            assertEquals(0, scrape.value("millrace_source_lag_seconds" + label));
            assertEquals(1, scrape.value("millrace_source_streaming" + label));
            assertTrue(scrape.value("millrace_source_received_bytes_total" + label) > 100);
            assertTrue(scrape.value("millrace_log_size_bytes" + label) > 0);
            assertTrue(scrape.value("millrace_disk_free_bytes" + label) > 0);
            assertTrue(scrape.value("process_resident_memory_bytes") > 10 << 20);
            assertFalse(scrape.has("millrace_lsn_bytes{task=" + task.database + ",place=log}"));

            HttpResponse<String> health = get("/healthz");
            assertEquals(200, health.statusCode());
            JsonNode body = JSON.readTree(health.body());
            assertEquals("running", body.get("status").asText());
            assertEquals(1, body.get("alerts").size(), health.body());
            assertEquals("log_disk", body.get("alerts").get(0).get("metric").asText());
            String alert = "millrace_alert{task=" + task.database;
            assertEquals(1, scrape.value(alert + ",metric=log_disk,above=1KiB,severity=info}"));
            assertEquals(0, scrape.value(alert + ",metric=lag,above=1h,severity=warning}"));
            assertTrue(body.get("target_position").asText().startsWith("gtid:"), health.body());
            assertEquals(404, get("/").statusCode());
            assertEquals(
                    405,
                    client.send(
                                    HttpRequest.newBuilder(URI.create(url + "/metrics"))
                                            .POST(HttpRequest.BodyPublishers.noBody())
                                            .build(),
                                    HttpResponse.BodyHandlers.ofString())
                            .statusCode());
            assertEquals(0, run.stop().exitCode());
        }
    }

    /** Beyond {@code hold_at_source} the source is told that it may forget what the target lacks. */
    @Test
    void shouldSayWhenTheLogIsTheOnlyCopy() throws Exception {
        CliTask task = new CliTask(directory, Servers.postgres(), Servers.postgres());
        task.source("database", task.database)
                .source("password", "'${env:TARGET_PASSWORD}'")
                .tables("[public.*]")
                .with("delivery: {hold_at_source: 1MiB}");
        task.atSource("CREATE TABLE t (id int PRIMARY KEY, v text)", "INSERT INTO t VALUES (0, 'a')");
        String only = "millrace_log_only_copy{task=" + task.database + "}";
        try (ChildCli.Started run = started(task)) {
            String over = "millrace_load_over{task=" + task.database + "}";
            await(scrape -> scrape.has(over) && scrape.value(over) == 1); // the row that is locked is there
            await(scrape -> scrape.has(only) && scrape.value(only) == 0);
            LockedTarget.whileBlocked(
                    task,
                    "SELECT v FROM public.t WHERE id = 0 FOR UPDATE",
                    () -> task.atSource("UPDATE t SET v = 'waits' WHERE id = 0"),
                    run,
                    () -> {
                        task.atSource(
                                "INSERT INTO t SELECT n, repeat(md5(n::text), 60) FROM generate_series(1, 3000) n");
                        await(scrape -> scrape.value(only) == 1);
                    });
            await(scrape -> scrape.value(only) == 0);
            assertEquals(0, run.stop().exitCode());
        }
        task.cli().run("remove", "task.yaml", "--all", "--yes");
    }

    @Test
    void shouldShowWhatAPostgresSourceKeepsForTheTask() throws IOException, InterruptedException {
        CliTask task = new CliTask(directory, Servers.postgres(), Servers.postgres());
        task.source("database", task.database)
                .source("password", "'${env:TARGET_PASSWORD}'")
                .tables("[public.*]");
        task.atSource("CREATE TABLE t (id int PRIMARY KEY, v varchar(20))", "INSERT INTO t VALUES (1, 'a'), (2, 'b')");
        String label = "{task=" + task.database + "}";
        String slot = "{task=" + task.database + ",slot=millrace_" + task.database + "}";
        try (ChildCli.Started run = started(task)) {
            await(scrape ->
                    scrape.has("millrace_load_over" + label) && scrape.value("millrace_load_over" + label) == 1);
            task.atSource("INSERT INTO t VALUES (3, 'c')");
            Scrape scrape = await(each -> each.value("millrace_changes_applied_total" + label) == 1
                    && each.has("millrace_slot_active" + slot)
                    && each.value("millrace_slot_active" + slot) == 1
                    && each.value("millrace_source_lag_seconds" + label) == 0
                    && each.has("millrace_lsn_bytes{task=" + task.database + ",place=acknowledged}"));
            assertTrue(scrape.value("millrace_slot_retained_bytes" + slot) >= 0);
            assertEquals(0, scrape.value("millrace_slot_lost" + slot));
            assertFalse(scrape.has("millrace_slot_invalidation_distance_bytes" + slot), "nothing bounds it");
            assertEquals(0, scrape.value("millrace_log_only_copy" + label));
            String places = "millrace_lsn_bytes{task=" + task.database + ",place=";
            assertTrue(scrape.value(places + "acknowledged}") <= scrape.value(places + "log}"));
            assertTrue(scrape.value(places + "target}") <= scrape.value(places + "log}"));
            assertEquals(0, run.stop().exitCode());
        }
        task.cli().run("remove", "task.yaml", "--all", "--yes");
    }

    @Test
    void shouldRefuseAnAddressThatIsNone() {
        CliTask task = new CliTask(directory, Servers.mariadb(), Servers.postgres());
        CliEnd end = task.cli().run("run", "task.yaml", "--metrics", "nowhere");
        assertEquals(2, end.exitCode(), end.toString());
        assertTrue(end.err().contains("error MR1001: --metrics: "), end.toString());
    }
}
