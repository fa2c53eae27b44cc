package io.millrace.writer.mysql.type;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.schema.ColumnType;
import io.millrace.schema.TableSchema;
import io.millrace.writer.GivenTypeContract;
import io.millrace.writer.TargetTable;
import io.millrace.writer.TestSchemas;
import io.millrace.writer.WantedTable;
import io.millrace.writer.mysql.connection.Dialect;
import io.millrace.writer.mysql.structure.MySqlPlan;
import io.millrace.writer.sql.TablePlanner;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class GivenTypeTest extends GivenTypeContract {
    private final TablePlanner planner = new TablePlanner(new MySqlPlan(new TypeMap(Dialect.MYSQL), false));

    GivenTypeTest() {
        super(
                "public",
                TestSchemas.of("id", ColumnType.INTEGER, "integer", 4, -1),
                TestSchemas.of("name", ColumnType.TEXT, "text", -1, -1),
                TestSchemas.of("amount", ColumnType.DECIMAL, "numeric(10,2)", 10, 2),
                TestSchemas.of("at", ColumnType.POSTGRES_TIMESTAMPTZ, "timestamp(3) with time zone", -1, 3));
    }

    @Override
    protected TargetTable plan(TableSchema source, WantedTable wanted) {
        return planner.plan(source, wanted);
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
}
