package io.millrace.mapping;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.error.Finding;
import io.millrace.error.Finding.Severity;
import io.millrace.schema.Column;
import io.millrace.schema.ColumnType;
import io.millrace.schema.TableId;
import io.millrace.schema.TableSchema;
import io.millrace.writer.KeyAction;
import io.millrace.writer.StructureItem;
import io.millrace.writer.StructureItem.Kind;
import io.millrace.writer.TableStructure;
import io.millrace.writer.TargetColumn;
import io.millrace.writer.TargetTable;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class JoinedStructuresTest {
    private static final TableId ALL = new TableId("dw", "all");

    private final List<Finding> findings = new ArrayList<>();

    private static TableStructure table(TableId target, String source, StructureItem... items) {
        TableSchema schema = new TableSchema(
                new TableId("shop", source),
                1,
                List.of(new Column("id", ColumnType.INTEGER, "int", false, 4, -1, "", List.of(), false)),
                List.of(0));
        List<TargetColumn> columns = List.of(new TargetColumn("id", "integer", false, 0));
        return TableStructure.plain(
                        new TargetTable(target, schema, columns, List.of(0), target.equals(ALL), Optional.empty()))
                .withItems(List.of(items));
    }

    private static StructureItem index(Kind kind, String name, String... columns) {
        return new StructureItem(kind, ALL, name, List.of(columns), Optional.empty(), false);
    }

    @Test
    void shouldMakeOnceWhatAllTablesHaveWhateverItIsCalled() {
        TableStructure other = table(new TableId("dw", "other"), "other");
        List<TableStructure> structures = JoinedStructures.of(
                List.of(
                        table(ALL, "a", index(Kind.INDEX, "by_n", "n"), index(Kind.UNIQUE, "mail", "mail")),
                        other,
                        table(ALL, "b", index(Kind.INDEX, "n_of_b", "n"), index(Kind.INDEX, "mail", "mail"))),
                List.of(),
                findings);

        assertEquals(2, structures.size());
        assertEquals(List.of(index(Kind.INDEX, "by_n", "n")), structures.get(0).items());
        assertEquals(other, structures.get(1));
        assertEquals(1, findings.size());
        assertEquals(Severity.WARNING, findings.get(0).severity());
        assertTrue(
                findings.get(0).message().contains("name=mail, columns=[mail]"),
                findings.get(0).message());
    }

    @Test
    void shouldRefuseActionsThatNobodyTellsBetweenJoinedTables() {
        StructureItem key = new StructureItem(
                Kind.FOREIGN_KEY,
                new TableId("dw", "child"),
                "of_parent",
                List.of("id"),
                Optional.of(new StructureItem.Reference(ALL, List.of("id"), KeyAction.CASCADE, KeyAction.NONE)),
                false);
        JoinedStructures.of(List.of(table(ALL, "a"), table(ALL, "b")), List.of(key), findings);

        assertEquals(1, findings.size());
        assertEquals(Severity.ERROR, findings.get(0).severity());
        assertTrue(
                findings.get(0).message().contains("foreignKey=of_parent"),
                findings.get(0).message());
    }
}
