package io.millrace.writer.postgres.type;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.schema.ColumnType;
import io.millrace.schema.TableSchema;
import io.millrace.writer.GivenTypeContract;
import io.millrace.writer.TargetTable;
import io.millrace.writer.TestSchemas;
import io.millrace.writer.TypeOptions;
import io.millrace.writer.WantedTable;
import io.millrace.writer.postgres.structure.PostgresPlan;
import io.millrace.writer.sql.TablePlanner;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class GivenTypeTest extends GivenTypeContract {
    private final TablePlanner planner = new TablePlanner(new PostgresPlan(new TypeMap(TypeOptions.DEFAULT)));

    GivenTypeTest() {
        super(
                "shop",
                TestSchemas.of("id", ColumnType.INTEGER, "int(11)", 4, -1),
                TestSchemas.of("flag", ColumnType.INTEGER, "tinyint(1)", 1, -1),
                TestSchemas.of("amount", ColumnType.DECIMAL, "decimal(10,2)", 10, 2),
                TestSchemas.of("at", ColumnType.DATETIME, "datetime(3)", -1, 3));
    }

    @Override
    protected TargetTable plan(TableSchema source, WantedTable wanted) {
        return planner.plan(source, wanted);
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
}
