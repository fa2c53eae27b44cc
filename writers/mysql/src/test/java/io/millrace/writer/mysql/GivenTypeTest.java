package io.millrace.writer.mysql;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.error.ErrorCode;
import io.millrace.error.MillraceException;
import io.millrace.schema.Column;
import io.millrace.schema.ColumnType;
import io.millrace.schema.TableId;
import io.millrace.schema.TableSchema;
import io.millrace.writer.TargetTable;
import io.millrace.writer.WantedTable;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class GivenTypeTest {
    private static final TableId TARGET = new TableId("dw", "t");
    private static final TableSchema TABLE = new TableSchema(
            new TableId("public", "t"),
            1,
            List.of(
                    column("id", ColumnType.INTEGER, "integer", 4, -1),
                    column("name", ColumnType.TEXT, "text", -1, -1),
                    column("amount", ColumnType.DECIMAL, "numeric(10,2)", 10, 2),
                    column("at", ColumnType.POSTGRES_TIMESTAMPTZ, "timestamp(3) with time zone", -1, 3)),
            List.of(0));

    private final TablePlanner planner = new TablePlanner(new TypeMap(Dialect.MYSQL), false);

    private static Column column(String name, ColumnType type, String sourceType, int length, int scale) {
        return new Column(name, type, sourceType, true, length, scale, "", List.of(), false);
    }

    private String planned(String column, String type) {
        TargetTable table = planner.plan(TABLE, new WantedTable(TARGET, Map.of(), Set.of(), Map.of(column, type)));
        return table.columns().get(TABLE.indexOf(column)).sqlType();
    }

    private String refusal(WantedTable wanted) {
        MillraceException refused = assertThrows(MillraceException.class, () -> planner.plan(TABLE, wanted));
        assertEquals(ErrorCode.TABLE_REFUSED, refused.code());
        return refused.getMessage();
    }

    private String refusal(String column, String type) {
        return refusal(new WantedTable(TARGET, Map.of(), Set.of(), Map.of(column, type)));
    }

    @Test
    void shouldWriteATypeAsTheServerDoes() {
        String collation = " COLLATE " + Dialect.MYSQL.binaryCollation();
        assertEquals("varchar(200)" + collation, planned("name", "VARCHAR( 200 )"));
        assertEquals("mediumtext" + collation, planned("name", "mediumtext"));
        assertEquals("decimal(20,4)", planned("amount", "numeric(20, 4)"));
        assertEquals("datetime(6)", planned("at", "datetime(6)"));
        assertEquals("bigint", planned("id", "bigint"));
        assertEquals(
                "tinyint(1)", GivenType.parse("c", "boolean", "x").orElseThrow().sqlType());
        assertEquals(
                "int unsigned",
                GivenType.parse("c", "int  unsigned", "x").orElseThrow().sqlType());
    }

    @Test
    void shouldRefuseWhatIsNoSuchType() {
        for (String wrong : List.of(
                "",
                "set('a')",
                "decimal",
                "decimal(66)",
                "decimal(5,6)",
                "varchar",
                "varchar(0)",
                "datetime(7)",
                "int(11)",
                "bit",
                "bit(65)",
                "text unsigned",
                "boolean unsigned",
                "int; DROP TABLE t",
                "char(5)",
                "double(5,2)")) {
            assertEquals(Optional.empty(), GivenType.parse("c", wrong, "x"), wrong);
        }
        assertTrue(refusal("amount", "money").contains("column=amount, source=numeric(10,2), type=money, expected="));
    }

    @Test
    void shouldRefuseATypeThatWouldChangeValues() {
        assertTrue(refusal("amount", "double").contains("the type would change values"));
        assertTrue(refusal("at", "datetime(2)").contains("the type would change values"));
        assertTrue(refusal("name", "int").contains("the type would change values"));
    }

    @Test
    void shouldKeepTheKeyWholeAndItsValuesApart() {
        assertTrue(refusal("id", "smallint").contains("not every value of the key fits the type"));
        assertTrue(refusal(new WantedTable(TARGET, Map.of(), Set.of("id"), Map.of()))
                .contains("a column of the key cannot be dropped: column=id"));
    }

    @Test
    void shouldLeaveOutAndRename() {
        TargetTable table = planner.plan(
                TABLE, new WantedTable(TARGET, Map.of("id", "key", "at", "happened"), Set.of("name"), Map.of()));

        assertEquals(
                List.of("key 0", "amount 2", "happened 3"),
                table.columns().stream()
                        .map(column -> column.name() + " " + column.sourceColumn())
                        .toList());
        assertEquals(List.of(0), table.key());
    }
}
