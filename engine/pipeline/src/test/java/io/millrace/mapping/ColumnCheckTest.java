package io.millrace.mapping;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.error.Finding;
import io.millrace.reader.TableDetails;
import io.millrace.schema.Column;
import io.millrace.schema.ColumnType;
import io.millrace.schema.TableId;
import io.millrace.schema.TableSchema;
import io.millrace.task.ColumnRules;
import io.millrace.task.Mapping;
import io.millrace.task.TablePattern;
import io.millrace.task.TableRule;
import io.millrace.task.TableRules;
import io.millrace.task.TaskSpec;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ColumnCheckTest {
    private static final Column ID = column("id", "int(11) unsigned");
    private static final Column FLAG = column("flag", "tinyint(1)");
    private static final TableSchema TABLE =
            new TableSchema(new TableId("shop", "t"), 1, List.of(ID, FLAG), List.of(0));

    private static Column column(String name, String sourceType) {
        return new Column(name, ColumnType.INTEGER, sourceType, false, 4, -1, "", List.of(), false);
    }

    private static TaskSpec task(Mapping mapping, ColumnRules columns) {
        return TaskSpec.builder("t")
                .source("src")
                .target("dst")
                .tables(new TableRules(
                        List.of(TableRule.include(TablePattern.of("*")).withColumns(columns))))
                .mapping(mapping)
                .build();
    }

    private static List<String> findings(TaskSpec task) {
        TableDetails details =
                new TableDetails(TABLE, -1, "", Map.of(), Map.of(), Optional.empty(), List.of(), List.of());
        return ColumnCheck.of(task, List.of(details)).stream()
                .map(Finding::message)
                .toList();
    }

    @Test
    void shouldNameColumnsThatTheTableLacks() {
        List<String> findings = findings(task(
                Mapping.DEFAULT,
                new ColumnRules(Map.of("Id", "x", "id", "y"), Set.of("note"), Map.of("flog", "text"))));

        assertEquals(
                List.of(
                        "the table has no such column: column=Id, table=shop.t",
                        "the table has no such column: column=flog, table=shop.t",
                        "the table has no such column: column=note, table=shop.t"),
                findings);
    }

    @Test
    void shouldLetTheFirstTypeRuleDecideWhateverTheBracketsHold() {
        Mapping mapping = Mapping.DEFAULT
                .retyping("TINYINT( 1 )", "boolean")
                .retyping("int unsigned", "bigint")
                .retyping("tinyint", "smallint")
                .retyping("tinyint(2)", "smallint");
        TaskSpec task = task(mapping, new ColumnRules(Map.of(), Set.of(), Map.of("id", "numeric(10,0)")));

        assertEquals(Optional.of("boolean"), task.typeOf(TABLE.table(), FLAG));
        assertEquals(Optional.of("numeric(10,0)"), task.typeOf(TABLE.table(), ID), "the column's own goes first");
        assertEquals(Optional.of("bigint"), task(mapping, ColumnRules.NONE).typeOf(TABLE.table(), ID));
        List<String> findings = findings(task);
        assertEquals(2, findings.size(), findings.toString());
        assertTrue(findings.get(0).contains("rule=tinyint -> smallint"), findings.get(0));
        assertTrue(findings.get(1).contains("rule=tinyint(2) -> smallint"), findings.get(1));
    }
}
