package io.millrace.mapping;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.error.ErrorCode;
import io.millrace.error.Finding;
import io.millrace.schema.Column;
import io.millrace.schema.ColumnType;
import io.millrace.schema.TableId;
import io.millrace.schema.TableSchema;
import io.millrace.writer.TargetColumn;
import io.millrace.writer.TargetTable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class JoinedTablesTest {
    private static final Column ID = column("id", ColumnType.INTEGER, "bigint", 8, false, "");
    private static final Column NAME = column("name", ColumnType.TEXT, "varchar(20)", 20, false, "utf8mb4_bin");
    private static final Column NOTE = column("note", ColumnType.TEXT, "text", -1, true, "utf8mb4_bin");

    private final List<Finding> findings = new ArrayList<>();

    private static Column column(
            String name, ColumnType type, String sourceType, int length, boolean nullable, String collation) {
        return new Column(name, type, sourceType, nullable, length, -1, collation, List.of(), false);
    }

    private static TargetTable table(String source, List<Integer> key, Column... columns) {
        TableSchema schema = new TableSchema(new TableId("shop", source), 1, List.of(columns), key);
        List<TargetColumn> targets = new ArrayList<>();
        for (Column column : columns) {
            targets.add(new TargetColumn(column.name(), column.sourceType(), column.nullable(), targets.size()));
        }
        return new TargetTable(new TableId("dw", "all"), schema, targets, key);
    }

    private List<TargetTable> join(TargetTable... tables) {
        return JoinedTables.of(Arrays.asList(tables), findings);
    }

    private String onlyDifference(TargetTable one, TargetTable other) {
        findings.clear();
        join(one, other);
        assertEquals(1, findings.size(), findings.toString());
        assertEquals(ErrorCode.TABLES_COLLIDE, findings.get(0).code());
        return findings.get(0).message();
    }

    @Test
    void shouldShareOneShapeThatAllowsNullWhereAnyDoes() {
        Column needed = column("note", ColumnType.TEXT, "text", -1, false, "utf8mb4_bin");
        List<TargetTable> joined = join(
                table("a", List.of(0), ID, needed),
                table("b", List.of(0), ID, NOTE),
                table("c", List.of(0), ID, needed));

        assertEquals(List.of(), findings);
        for (TargetTable table : joined) {
            assertTrue(table.isShared());
            assertEquals(joined.get(0).columns(), table.columns());
            assertFalse(table.columns().get(0).nullable());
            assertTrue(table.columns().get(1).nullable());
        }
        assertEquals(new TableId("shop", "b"), joined.get(1).source().table());
    }

    @Test
    void shouldLeaveATableAloneWhenItHasItsTargetByItself() {
        TargetTable one = table("a", List.of(0), ID);
        TargetTable other = new TargetTable(new TableId("dw", "b"), one.source(), one.columns(), one.key());

        assertEquals(List.of(one, other), join(one, other));
    }

    @Test
    void shouldNameEveryDifference() {
        TargetTable first = table("a", List.of(0), ID, NAME, NOTE);
        Column wide = column("name", ColumnType.TEXT, "varchar(50)", 50, false, "utf8mb4_bin");
        Column more = column("more", ColumnType.INTEGER, "int", 4, true, "");
        join(first, table("b", List.of(0), ID, wide, more), table("c", List.of(0), ID, NAME, NOTE));

        List<String> messages = findings.stream().map(Finding::message).toList();
        assertEquals(3, messages.size(), messages.toString());
        assertTrue(messages.get(0).contains("source=shop.a, source=shop.b, column=note, isMissingIn=shop.b"));
        assertTrue(messages.get(1).contains("column=more, isMissingIn=shop.a"));
        assertTrue(messages.get(2).contains("column=name, type=varchar(20), other=varchar(50)"));
    }

    @Test
    void shouldRefuseOtherPlacesKeysAndCollations() {
        TargetTable first = table("a", List.of(0), ID, NAME, NOTE);
        Column named = column("name", ColumnType.TEXT, "varchar(20)", 20, false, "utf8mb4_general_ci");

        findings.clear();
        join(first, table("b", List.of(0), ID, NOTE, NAME));
        assertEquals(2, findings.size());
        assertTrue(findings.get(0).message().contains("column=name, place=2, other=3"));
        assertTrue(onlyDifference(first, table("b", List.of(0, 1), ID, NAME, NOTE))
                .contains("key=[id], other=[id, name]"));
        assertTrue(onlyDifference(table("a", List.of(1), ID, NAME), table("b", List.of(1), ID, named))
                .contains("collation=utf8mb4_bin, other=utf8mb4_general_ci"));
        findings.clear();
        join(table("a", List.of(0), ID, NAME), table("b", List.of(0), ID, named));
        assertEquals(List.of(), findings, "what is no key may be compared otherwise");
    }

    @Test
    void shouldSayWhichTableComputesAColumnThatTheOtherDoesNot() {
        assertTrue(onlyDifference(table("a", List.of(0), ID, NOTE.generated(true)), table("b", List.of(0), ID, NOTE))
                .contains("column=note, isComputed=true, other=false"));
    }
}
