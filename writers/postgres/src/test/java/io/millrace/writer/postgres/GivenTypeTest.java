package io.millrace.writer.postgres;

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
import io.millrace.writer.TypeOptions;
import io.millrace.writer.WantedTable;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class GivenTypeTest {
    private static final TableId TARGET = new TableId("dw", "t");
    private static final TableSchema TABLE = new TableSchema(
            new TableId("shop", "t"),
            1,
            List.of(
                    column("id", ColumnType.INTEGER, "int(11)", 4, -1),
                    column("flag", ColumnType.INTEGER, "tinyint(1)", 1, -1),
                    column("amount", ColumnType.DECIMAL, "decimal(10,2)", 10, 2),
                    column("at", ColumnType.DATETIME, "datetime(3)", -1, 3)),
            List.of(0));

    private final TablePlanner planner = new TablePlanner(new TypeMap(TypeOptions.DEFAULT));

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
        assertEquals("boolean", planned("flag", "BOOL"));
        assertEquals("numeric(20,4)", planned("amount", " numeric( 20 , 4 ) "));
        assertEquals("numeric(9,0)", planned("flag", "decimal(9)"));
        assertEquals("timestamp(6) without time zone", planned("at", "timestamp(6)"));
        assertEquals("character varying(80)", planned("amount", "varchar(80)"));
        assertEquals("bigint", planned("id", "int8"));
        assertEquals(
                "timestamp(3) with time zone",
                GivenType.parse("c", "timestamptz(3)").orElseThrow().sqlType());
        assertEquals(
                "interval(2)", GivenType.parse("c", "interval(2)").orElseThrow().sqlType());
    }

    @Test
    void shouldRefuseWhatIsNoSuchType() {
        for (String wrong : List.of(
                "",
                "money",
                "numeric(0)",
                "numeric(3,4)",
                "varchar(0)",
                "timestamp(7)",
                "int(11)",
                "text(5)",
                "bit",
                "date with time zone",
                "numeric(1,2,3)",
                "int; DROP TABLE t",
                "varchar(99999999999)",
                "int[]")) {
            assertEquals(Optional.empty(), GivenType.parse("c", wrong), wrong);
        }
        assertTrue(refusal("amount", "money").contains("column=amount, source=decimal(10,2), type=money, expected=["));
    }

    @Test
    void shouldRefuseATypeThatWouldChangeValues() {
        assertTrue(refusal("amount", "numeric(10,1)").contains("the type would change values"));
        assertTrue(refusal("amount", "real").contains("the type would change values"));
        assertTrue(refusal("at", "timestamp(2)").contains("the type would change values"));
        assertTrue(refusal("at", "date").contains("the type would change values"));
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
                TABLE, new WantedTable(TARGET, Map.of("id", "key", "at", "happened"), Set.of("flag"), Map.of()));

        assertEquals(
                List.of("key 0", "amount 2", "happened 3"),
                table.columns().stream()
                        .map(column -> column.name() + " " + column.sourceColumn())
                        .toList());
        assertEquals(List.of(0), table.key());
        assertTrue(refusal(new WantedTable(TARGET, Map.of("at", "amount"), Set.of(), Map.of()))
                .contains("two columns have one name at the target: column=amount"));
    }
}
