package io.millrace.mapping;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.error.ErrorCode;
import io.millrace.error.Finding;
import io.millrace.schema.TableId;
import io.millrace.task.Mapping;
import io.millrace.task.NameCase;
import io.millrace.task.TablePattern;
import io.millrace.task.TableRule;
import io.millrace.task.TableRules;
import io.millrace.task.TaskSpec;
import java.util.List;
import org.junit.jupiter.api.Test;

class NameCheckTest {
    private static final TableId A = new TableId("shop", "table_01");
    private static final TableId B = new TableId("shop", "table_02");

    @Test
    void shouldFindNothingWhenOneRuleJoinsTables() {
        assertEquals(List.of(), check(Mapping.DEFAULT.renamingTables("table.*", "my_table"), A, B));
        assertEquals(
                List.of(),
                check(
                        Mapping.DEFAULT.renamingSchemas("shop_\\d+", "shop").renamingTables("_\\d+$", ""),
                        new TableId("shop_1", "t_1"),
                        new TableId("shop_2", "t_2")));
    }

    @Test
    void shouldNameBothAndTheRuleWhenARenamedTableMeetsAnother() {
        List<Finding> findings = check(
                Mapping.DEFAULT.renamingTables("^doc_", "pre_"), new TableId("s", "doc_a"), new TableId("s", "pre_a"));

        assertCollision(
                findings,
                "source=s.doc_a",
                "source=s.pre_a",
                "mapping.rename_tables[0] '^doc_' -> 'pre_'",
                "its own name");
    }

    @Test
    void shouldFindAnAccidentWhenTemplatesOrCaseMakeTwoNamesOne() {
        Mapping oneSchema = Mapping.of("dw", "${db_table_name_src_transed}");
        assertCollision(check(oneSchema, new TableId("a", "t"), new TableId("b", "t")), "source=a.t", "source=b.t");
        Mapping lower = Mapping.DEFAULT.withCase(NameCase.LOWER);
        assertCollision(check(lower, new TableId("s", "T"), new TableId("s", "t")), "source=s.T", "source=s.t");
        Mapping both = oneSchema.renamingTables("^", "p_");
        assertCollision(check(both, new TableId("a", "t"), new TableId("b", "t")), "source=a.t", "source=b.t");
    }

    @Test
    void shouldTakeTablesAsJoinedWhenToSaysSoOfBothAlone() {
        TableId target = new TableId("dw", "all");
        TaskSpec joined = task(
                Mapping.DEFAULT, TableRule.include(TablePattern.of("shop.*")).withTarget(target));
        assertEquals(List.of(), NameCheck.of(joined, List.of(A, B)));

        TaskSpec met = task(
                Mapping.DEFAULT,
                TableRule.include(TablePattern.of("shop.*")).withTarget(target),
                TableRule.include(TablePattern.of("*")));
        assertCollision(
                NameCheck.of(met, List.of(A, target)), "source=shop.table_01", "by=tables[].to", "source=dw.all");
    }

    @Test
    void shouldWarnWhenARuleChangesNoTable() {
        List<Finding> findings = check(
                Mapping.DEFAULT
                        .renamingTables("^tabel", "x")
                        .renamingTables("table", "table")
                        .renamingSchemas("shop", "s"),
                A);

        assertEquals(
                List.of("mapping.rename_tables[0] '^tabel' -> 'x'", "mapping.rename_tables[1] 'table' -> 'table'"),
                findings.stream().map(Finding::subject).toList());
        assertTrue(findings.stream().allMatch(finding -> finding.severity() == Finding.Severity.WARNING));
    }

    private static void assertCollision(List<Finding> findings, String... parts) {
        assertEquals(1, findings.size(), findings.toString());
        assertEquals(ErrorCode.TABLES_COLLIDE, findings.get(0).code());
        for (String part : parts) {
            assertTrue(findings.get(0).message().contains(part), findings.get(0).message());
        }
    }

    private static List<Finding> check(Mapping mapping, TableId... tables) {
        return NameCheck.of(task(mapping, TableRule.include(TablePattern.of("*"))), List.of(tables));
    }

    private static TaskSpec task(Mapping mapping, TableRule... rules) {
        return TaskSpec.builder("t")
                .source("src")
                .target("dst")
                .tables(new TableRules(List.of(rules)))
                .mapping(mapping)
                .build();
    }
}
