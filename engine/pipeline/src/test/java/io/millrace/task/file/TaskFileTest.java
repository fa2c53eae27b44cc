package io.millrace.task.file;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.error.ErrorCode;
import io.millrace.error.Finding;
import io.millrace.error.MillraceException;
import io.millrace.schema.TableId;
import io.millrace.task.AlertMetric;
import io.millrace.task.AlertSeverity;
import io.millrace.task.AlertSpec;
import io.millrace.task.Conflicts;
import io.millrace.task.DeliverySpec;
import io.millrace.task.DirtyLimit;
import io.millrace.task.DmlSpec;
import io.millrace.task.OnNoKey;
import io.millrace.task.Step;
import io.millrace.task.TaskSpec;
import io.millrace.task.TypeRule;
import io.millrace.task.key.TaskKeys;
import io.millrace.task.yaml.Key;
import io.millrace.task.yaml.YamlReader;
import io.millrace.writer.TypeOptions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class TaskFileTest {
    private static final String SMALLEST = """
            name: shop_to_dw
            source: shop
            target: warehouse
            tables: [shop.orders, shop.customers]
            """;

    @Test
    void shouldReadTheSmallestTask() {
        TaskSpec task = TaskFile.parse("task.yaml", SMALLEST).orThrow();

        assertEquals(
                TaskSpec.builder("shop_to_dw")
                        .source("shop")
                        .target("warehouse")
                        .tables("shop.orders", "shop.customers")
                        .build(),
                task);
    }

    @Test
    void shouldTakeTwoPhaseForOffWhenItIsNotAskedFor() {
        assertFalse(TaskFile.parse("task.yaml", SMALLEST).orThrow().source().isTwoPhase());
        String asked = SMALLEST.replace("source: shop", "source: {datasource: shop, two_phase: true}");
        assertTrue(TaskFile.parse("task.yaml", asked).orThrow().source().isTwoPhase());
        String unknown = SMALLEST.replace("source: shop", "source: {datasource: shop, two_phase: on}");
        MillraceException refused = assertThrows(
                MillraceException.class,
                () -> TaskFile.parse("task.yaml", unknown).orThrow());
        assertEquals(ErrorCode.INVALID_VALUE, refused.code());
    }

    @Test
    void shouldReadEveryKeyThatIsBuilt() {
        TaskSpec task = TaskFile.parse("task.yaml", """
                        name: 1.10
                        description: orders into the warehouse
                        source:
                          datasource: shop
                          server_id: 5501
                          heartbeat: 10s
                        target:
                          datasource: warehouse
                          existing_rows: error
                          write_mode: mirror
                          control_schema: ctl
                        steps: [incremental]
                        start: binlog:binlog.000042:154
                        tables:
                          - exclude: shop.tmp_*
                          - include:
                              regex: 'shop\\.doc_.*'
                            to: dw.`all.docs`
                          - include: shop.orders
                            key: [order_no]
                            on_no_key: skip
                            dml:
                              insert: normal
                            columns:
                              rename:
                                cust: Customer
                              drop: [note]
                              type:
                                amount: numeric(20,4)
                            dirty:
                              limit: 7
                        mapping:
                          rename_schemas:
                            - from: '^sh'
                              to: 'SH'
                          rename_tables:
                            - from: '(or)(ders)'
                              to: '$2$1'
                            - from: s
                              to: z
                          case: lower
                          type_rules:
                            - from: tinyint(1)
                              to: boolean
                          schema_name: 'dw_${db_name_src_transed}'
                          table_name: '${db_table_name_src_transed}_x'
                        types:
                          zero_date: set_null
                          nul_char: strip
                          json: jsonb
                          enum: text
                          geometry: bytea
                        dml:
                          insert: ignore
                          delete: ignore
                        conflicts: error
                        dirty:
                          limit: 0.1%
                        delivery:
                          consistency: row
                          flush_interval: 1m
                          batch_rows: 7
                          batch_bytes: 1.5 MiB
                        resources:
                          read_concurrency: 3
                          write_concurrency: 5
                          memory: 1GiB
                          log_disk: 2GiB
                          rows_per_second: 50000
                          bytes_per_second: 8MiB
                        """).orThrow();

        assertEquals("1.10", task.name());
        assertEquals(5501, task.serverId());
        assertEquals("ctl", task.target().controlSchema());
        assertEquals(Set.of(Step.INCREMENTAL), task.steps());
        assertEquals("binlog:binlog.000042:154", task.start().orElseThrow().text());
        TableId orders = new TableId("shop", "orders");
        assertEquals(List.of("order_no"), task.tables().declaredKey(orders));
        assertEquals(OnNoKey.SKIP, task.tables().onNoKey(orders));
        assertFalse(task.tables().isSelected(new TableId("shop", "tmp_1")));
        assertTrue(task.tables().isSelected(new TableId("shop", "doc_1")));
        assertEquals(new TableId("dw_shop", "derzor_x"), task.targetOf(orders));
        assertEquals(new TableId("dw", "all.docs"), task.targetOf(new TableId("shop", "doc_1")));
        assertEquals("id", task.columnOf(orders, "ID"));
        assertEquals("Customer", task.columnOf(orders, "cust"));
        assertTrue(task.isDropped(orders, "note"));
        assertEquals(
                Map.of("amount", "numeric(20,4)"), task.tables().columns(orders).types());
        assertEquals(
                List.of(new TypeRule("tinyint(1)", "boolean")), task.mapping().typeRules());
        assertEquals(new TypeOptions(TypeOptions.ZeroDate.SET_NULL, TypeOptions.NulChar.STRIP, true), task.types());
        assertEquals(new DeliverySpec(Duration.ofMinutes(1), 7, 3L << 19), task.delivery());
        assertEquals(2L << 30, task.resources().logDiskBytes().orElseThrow());
        assertEquals(5, task.resources().writeConcurrency());
        assertEquals(Conflicts.ERROR, task.conflicts());
        assertEquals(DmlSpec.UNSAID.withInsertsIgnored(false).withDeletesIgnored(true), task.dmlOf(orders));
        assertEquals(DirtyLimit.parse("0.1%"), task.dirtyLimit());
        assertEquals(Optional.of(new DirtyLimit.Count(7)), task.tables().dirtyLimit(orders));
        assertEquals(50_000, task.resources().rowsPerSecond().orElseThrow());
        assertEquals(8L << 20, task.resources().bytesPerSecond().orElseThrow());
    }

    @Test
    void shouldReportAllProblemsTogetherWithTheirPlaces() {
        String problems = problems("""
                name: shop/dw
                sorce: shop
                target:
                  datasource: warehouse
                  write_mode: append
                tables: [shop.orders, orders]
                transforms: []
                delivery:
                  flush_interval: 200
                  batch_bytes: 8MB
                """);

        assertEquals("""
                task.yaml:1:1 MR1005 missing key: key=source
                task.yaml:1:7 MR1005 not a task name: expected=1 to 128 letters, digits, _ and ., key=name
                task.yaml:2:1 MR1004 unknown key: key=sorce, nearest=source
                task.yaml:6:23 MR1005 not a table pattern: expected=database.table with * and ?, or * alone; names with dots in backquotes, key=tables[1]
                task.yaml:7:13 MR1005 a list of at least one mapping is expected: key=transforms
                task.yaml:9:19 MR1005 unit is missing: value=200, expected=ms, s, m, h, d, key=delivery.flush_interval
                task.yaml:10:16 MR1005 unknown unit: unit=MB, expected=KiB, MiB, GiB, key=delivery.batch_bytes
                """.strip(), problems);
    }

    @Test
    void shouldReadAlertsInTheUnitOfTheirMetric() {
        TaskSpec task = TaskFile.parse("task.yaml", SMALLEST + """
                        alerts:
                          - metric: lag
                            above: 90s
                            for: 3m
                            severity: critical
                          - metric: log_disk
                            above: 1 KiB
                          - metric: dirty
                            above: 0
                        """).orThrow();
        assertEquals(
                List.of(
                        new AlertSpec(AlertMetric.LAG, 90, "90s", Duration.ofMinutes(3), AlertSeverity.CRITICAL),
                        new AlertSpec(AlertMetric.LOG_DISK, 1024, "1 KiB", Duration.ZERO, AlertSeverity.WARNING),
                        new AlertSpec(AlertMetric.DIRTY, 0, "0", Duration.ZERO, AlertSeverity.WARNING)),
                task.alerts());
        assertTrue(problems("alerts: [{metric: lag, above: 5}]\n").contains("unit is missing"));
        assertTrue(problems("alerts: [{metric: lagg, above: 5s}]\n").contains("nearest=lag"));
        assertTrue(problems("alerts: [{metric: dirty, above: 5s}]\n").contains("not a whole number: metric=dirty"));
        assertTrue(problems("alerts: [{metric: dirty}]\n").contains("missing key: key=alerts[0].above"));
        assertTrue(problems("alerts: [{metric: dirty, above: 1, notify: [ops]}]\n")
                .contains("not built yet: key=alerts[0].notify"));
    }

    @Test
    void shouldNameWhatIsWrongWithSteps() {
        assertTrue(problems("transforms: [{filter: {where: a}, set: {columns: {a: b}}}]\n")
                .contains("MR1005 an item has one of filter, replace, mask, set and custom: key=transforms[0].filter"));
        assertTrue(problems("transforms: [{mask: {columns: [a], with: fpe}}]\n")
                .contains("missing with this mask: with=fpe, key=transforms[0].mask.key"));
        assertTrue(problems("transforms: [{mask: {columns: [a], with: hash}}]\n")
                .contains("missing with this mask: with=hash, key=transforms[0].mask.key"));
        assertTrue(problems("transforms: [{mask: {columns: [a], with: hash, key: '${env:NONE}'}}]\n")
                .contains("MR1013 secret cannot be read: key=mask.key, env=NONE"));
        assertTrue(problems("transforms: [{mask: {columns: [a], with: keep, value: x}}]\n")
                .contains("belongs to another mask: with=fixed, key=transforms[0].mask.value"));
        assertTrue(problems("transforms: [{set: {columns: {}}}]\n")
                .contains("a mapping of columns to expressions is expected: key=transforms[0].set.columns"));
        assertTrue(problems("transforms: [{replace: {columns: [a], from: x, regexp: true}}]\n")
                .contains("unknown key: key=transforms[0].replace.regexp, nearest=regex"));
        assertTrue(problems("transforms: [{filter: {tables: [orders], where: a}}]\n")
                .contains("not a table pattern"));
        assertTrue(
                problems("mapping: {add: [{name: a, value: '${nothing}'}]}\n").contains("unknown variable"));
    }

    @Test
    void shouldTakeARulesWordOnDeletesBeforeTheTasks() {
        TaskSpec task = TaskFile.parse("task.yaml", """
                name: x
                source: shop
                target: warehouse
                tables:
                  - include: shop.logs
                    dml: {delete: normal}
                  - include: shop.orders
                    dml: {delete: {logical: gone}}
                  - include: shop.*
                dml: {delete: {logical: is_deleted}}
                """).orThrow();
        assertEquals(Optional.empty(), task.dmlOf(new TableId("shop", "logs")).mark());
        assertEquals(
                Optional.of("gone"), task.dmlOf(new TableId("shop", "orders")).mark());
        assertEquals(
                Optional.of("is_deleted"),
                task.dmlOf(new TableId("shop", "items")).mark());
        assertTrue(task.hasRowPolicies());
        assertTrue(problems("dml: {delete: {logicl: x}}").contains("nearest=logical"));
        assertTrue(problems("dml: {delete: {logical: ''}}").contains("the name of a column is expected"));
        assertTrue(problems("dml: {delete: {}}").contains("MR1005"), problems("dml: {delete: {}}"));
    }

    @Test
    void shouldTakeAConditionInPlaceOfAPolicysWord() {
        TaskSpec task = TaskFile.parse("task.yaml", """
                name: a
                source: s
                target: t
                tables:
                  - include: shop.orders
                    dml: {delete: {filter: 'n > 1', logical: gone}}
                  - include: shop.*
                dml: {insert: {filter: 'n > 2'}, update: {filter: 'n > 3'}, delete: ignore}
                """).orThrow();
        DmlSpec orders = task.dmlOf(new TableId("shop", "orders"));
        assertEquals(
                List.of("n > 2", "n > 3", "n > 1"),
                List.of(orders.insertFilter(), orders.updateFilter(), orders.deleteFilter()));
        assertEquals(Optional.of("gone"), orders.mark());
        assertTrue(task.dmlOf(new TableId("shop", "items")).ignoresDeletes());
        assertTrue(task.hasRowPolicies());
        assertTrue(problems("dml: {insert: {filter: ' '}}").contains("a condition is expected: key=dml.insert.filter"));
        assertTrue(problems("dml: {update: {}}").contains("a word or a mapping is expected: key=dml.update"));
        assertTrue(problems("dml: {insert: {logical: x}}").contains("unknown key: key=dml.insert.logical"));
    }

    @Test
    void shouldRefuseByNameWhatIsNotBuiltYet() {
        for (Key key : TaskKeys.all()) {
            if (key.isBuilt() || key.path().contains("[]")) {
                continue;
            }
            String[] names = key.path().split("\\.");
            StringBuilder text = new StringBuilder();
            for (int i = 0; i < names.length; i++) {
                text.append("  ".repeat(i)).append(names[i]).append(i < names.length - 1 ? ":\n" : ": x\n");
            }

            String problems = problems(text.toString());

            assertTrue(problems.contains("MR1006 not built yet: key=" + key.path()), key.path() + " gave " + problems);
        }
        assertTrue(problems("tables:\n  - include: a.b\n    partition: x\n").contains("key=tables[0].partition"));
        assertTrue(problems("dirty: {limit: many}").contains("MR1005"));
        assertTrue(problems("delivery: {consistency: table}").contains("MR1005"));
        assertTrue(problems("resources: {rows_per_second: 0}").contains("MR1005 too small: least=1"));
        assertTrue(problems("resources: {rows_per_second: 10MiB}").contains("MR1005 not a number of rows"));
        assertTrue(problems("resources: {bytes_per_second: 1000}").contains("MR1005 unit is missing"));
        assertFalse(problems("resources: {rows_per_second: unlimited}").contains("rows_per_second"));
        assertTrue(problems("steps: [incremental]\nstart: time:2026-01-01").contains("not a time with a zone"));
        assertTrue(problems("steps: [incremental]\nstart: time:2026-01-01T00:00:00")
                .contains("not a time with a zone"));
    }

    @Test
    void shouldRefuseYamlThatHidesOrRepeatsSomething() {
        assertTrue(problems("name: a\nname: b\n").contains("task.yaml:2:1 MR1003 duplicate key: key=name"));
        assertTrue(problems("name: &x a\n").contains("1:7 MR1003 anchors are refused: anchor=x"));
        assertTrue(problems("name: &x a\ndescription: *x\n").contains("2:14 MR1003 aliases are refused: alias=x"));
        assertTrue(problems("name: !!str a\n").contains("1:7 MR1003 tags are refused"));
        assertTrue(problems("<<: {name: a}\n").contains("1:1 MR1003 merge keys are refused"));
        assertTrue(problems("{a: b}: c\n").contains("MR1003 a key is text"));
        assertTrue(problems("name: a\n---\nname: b\n").contains("MR1003 a second document in one file"));
        assertTrue(problems("tables: [*.orders]").contains("MR1003 "));
        assertTrue(problems("").contains("MR1003 file is empty"));
        assertTrue(problems("x".repeat(YamlReader.MOST_CODE_POINTS + 1)).contains("MR1003 file is too large"));
        assertTrue(problems("[".repeat(YamlReader.MOST_LEVELS + 1)).contains("MR1003 too many levels"));
        assertFalse(problems("[".repeat(YamlReader.MOST_LEVELS)).contains("too many levels"));
        assertTrue(problems("a list").contains("a mapping is expected"));
    }

    @Test
    void shouldRefuseContradictions() {
        assertTrue(problems(SMALLEST + "start: now").contains("contradicts steps"));
        assertTrue(problems(SMALLEST + "steps: [incremental]").contains("key=start"));
        assertTrue(problems("target: {datasource: b, existing_rows: keep}\nsteps: [structure]")
                .contains("there is no full load, key=target.existing_rows"));
        assertTrue(problems(SMALLEST + "steps: [full, structure]").contains("out of order"));
        assertTrue(problems(SMALLEST + "steps: []").contains("at least one"));
        assertTrue(problems("tables:\n  - include: a.b\n    exclude: a.c").contains("either include or exclude"));
        assertTrue(problems("tables:\n  - exclude: a.b\n    key: [x]").contains("belong to include"));
        assertTrue(problems("mapping: {schema_name: '${operation}'}").contains("operation"));
        assertTrue(problems("mapping: {rename_tables: [{from: '(', to: x}]}")
                .contains("not a regular expression: reason="));
        assertTrue(
                problems("mapping: {rename_tables: [{from: a, to: $1}]}").contains("key=mapping.rename_tables[0].to"));
        assertTrue(problems("mapping: {rename_tables: [{from: a}]}")
                .contains("missing key: key=mapping.rename_tables[0].to"));
        assertTrue(problems("mapping: {rename_tables: {from: a, to: b}}").contains("a list of at least one mapping"));
        assertTrue(problems("mapping: {rename_tables: [a]}").contains("a mapping is expected"));
        assertTrue(problems("tables:\n  - include: a.b\n    columns: {drop: [x], type: {x: text}}")
                .contains("a column that is dropped has no name or type: column=x, key=tables[0].columns.drop"));
        assertTrue(problems("tables:\n  - include: a.b\n    columns: {rename: [x]}")
                .contains("a mapping is expected"));
        assertTrue(problems("tables:\n  - include: a.b\n    columns: {rename: {x: [y]}}")
                .contains("text is expected"));
        assertTrue(
                problems("tables:\n  - exclude: a.b\n    columns: {drop: [x]}").contains("belong to include"));
        assertTrue(problems("tables:\n  - include: a.b\n    to: b").contains("not a table's name"));
        assertTrue(problems("description:").contains("value is missing"));
    }

    @Test
    void shouldThrowAllErrorsAtOnceWhenAnEmbedderWantsTheTask() {
        MillraceException e = assertThrows(
                MillraceException.class,
                () -> TaskFile.parse("t.yaml", "nam: a\nbatch: 1").orThrow());

        assertEquals(ErrorCode.UNKNOWN_KEY, e.code());
        assertTrue(e.getMessage().contains("key=nam") && e.getMessage().contains("key=batch"), e.getMessage());
    }

    private static String problems(String text) {
        return TaskFile.parse("task.yaml", text).findings().stream()
                .map(TaskFileTest::show)
                .collect(Collectors.joining("\n"));
    }

    private static String show(Finding finding) {
        return finding.subject() + " " + finding.code().label() + " " + finding.message();
    }
}
