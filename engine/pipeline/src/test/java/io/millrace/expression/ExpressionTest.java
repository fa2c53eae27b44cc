package io.millrace.expression;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.error.ErrorCode;
import io.millrace.error.MillraceException;
import io.millrace.row.ImageFlyweight;
import io.millrace.row.RowEncoder;
import io.millrace.row.RowSpace;
import io.millrace.schema.CivilTime;
import io.millrace.schema.Column;
import io.millrace.schema.ColumnType;
import io.millrace.schema.TableId;
import io.millrace.schema.TableSchema;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

class ExpressionTest {
    private static final TableSchema SCHEMA = new TableSchema(
            new TableId("shop", "orders"),
            1,
            List.of(
                    column("id", ColumnType.INTEGER, "bigint", 8),
                    column("Amount", ColumnType.DECIMAL, "decimal(10,2)", 10),
                    column("status", ColumnType.TEXT, "varchar(20)", 20),
                    column("seen", ColumnType.DATE, "date", -1),
                    column("doc", ColumnType.JSON, "json", -1),
                    column("total", ColumnType.UNSIGNED, "bigint unsigned", 8),
                    column("code", ColumnType.TEXT, "character(6)", 6),
                    column("odd name", ColumnType.POSTGRES_DATE, "date", -1),
                    column("AMOUNT2", ColumnType.TIME, "time(6)", -1),
                    column("at", ColumnType.TIMESTAMP, "timestamp", -1)),
            List.of(0));

    private static Column column(String name, ColumnType type, String sourceType, int length) {
        return new Column(name, type, sourceType, true, length, -1, "", List.of(), false);
    }

    private static String problems(String text) {
        return assertThrows(InvalidExpressionException.class, () -> Expression.condition(text, SCHEMA))
                .getMessage();
    }

    private static boolean isMet(String text, ImageFlyweight row) {
        return Expression.condition(text, SCHEMA).newCondition().isMet(row);
    }

    private static ImageFlyweight row(Object... values) {
        ByteBuffer memory = ByteBuffer.allocateDirect(4096);
        RowSpace space = (buffer, offset, used, required) -> {
            buffer.wrap(memory);
            return 0;
        };
        RowEncoder encoder = new RowEncoder(space);
        encoder.beginRecord();
        encoder.beginImage(SCHEMA.columns().size());
        for (int i = 0; i < SCHEMA.columns().size(); i++) {
            if (i >= values.length || values[i] == null) {
                encoder.putNull(i);
            } else if (values[i] instanceof Long slot) {
                encoder.putLong(i, slot);
            } else {
                byte[] bytes = values[i].toString().getBytes(StandardCharsets.UTF_8);
                encoder.putBytes(i, bytes, 0, bytes.length);
            }
        }
        encoder.endImage(false);
        ImageFlyweight image = new ImageFlyweight();
        encoder.wrapLastImage(image);
        return image;
    }

    @Test
    void shouldNameEveryProblemAndShowNoLiteral() {
        assertEquals(
                "unknown column: column=nothing; types do not fit: operator=a comparison, types=text and whole number;"
                        + " a literal is of another type: expected=a whole number",
                problems("nothing = 1 and status > 5 and id = 'secret'"));
        assertEquals(
                "types do not fit: operator=a comparison, types=no type of expressions and literal",
                problems("doc = 'x'").replace("UNTYPED", "literal"));
        assertEquals("a condition is expected: type=whole number", problems("id + 1"));
        assertEquals("not an SQL expression: character=8", problems("status ="));
        assertEquals(
                "unknown function: function=now, known=lower, upper, length, coalesce, substring, abs, date, json_value",
                problems("now() is null"));
        assertEquals("comments are not read: character=8", problems("id = 1 -- and status = 'x'"));
        assertEquals("a column stands without its table's name: column=id", problems("orders.id = 1"));
        assertEquals("a literal is of another type: expected=a day of the calendar", problems("seen = '2024-02-30'"));
        assertTrue(problems("id in (select 1)").contains("kind=InExpression"), problems("id in (select 1)"));
        assertTrue(problems("case when id = 1 then true end").contains("kind=CaseExpression"));
        assertTrue(problems("status ilike 'a'").contains("a clause is not known: kind=LikeExpression"));
        assertTrue(problems("status like 'a' escape '!'").contains("a clause is not known: kind=LikeExpression"));
        assertTrue(problems("lower(distinct status) = 'a'").contains("a clause is not known: kind=Function"));
        assertTrue(problems("status = E'a'").contains("a literal stands in plain quotes"));
        assertTrue(problems("id between symmetric 3 and 1").contains("a clause is not known: kind=Between"));
        assertTrue(problems("(".repeat(101) + "id" + ")".repeat(101)).contains("too long"));
    }

    @Test
    void shouldFindColumnsWhateverTheirCaseAndQuotes() {
        assertEquals(
                List.of(0, 1, 7),
                Expression.of("ID + amount > 1 and \"odd name\" is null", SCHEMA).columns().stream()
                        .sorted()
                        .toList());
        assertEquals("unknown column: column=amount", problems("`amount` > 1"));
        assertEquals(java.util.Set.of(1), Expression.of("`Amount` > 1", SCHEMA).columns());
    }

    @Test
    void shouldReadValuesOfBothKindsOfSources() {
        long zeroDate = CivilTime.date(0, 0, 0);
        ImageFlyweight row = row(
                1L,
                "10.50",
                "new",
                zeroDate,
                "{}",
                -1L,
                "ab    ",
                (long) Integer.MAX_VALUE,
                3_600_000_000L,
                CivilTime.ZERO_TIMESTAMP);

        assertTrue(isMet("seen is null and at is null", row), "no dates");
        assertTrue(isMet("doc is not null", row));
        assertTrue(isMet("total = 18446744073709551615 and total > id", row));
        assertTrue(isMet("code = 'ab' and length(code) = 2", row), "blanks at the end");
        assertTrue(isMet("`odd name` > '9999-12-31'", row), "infinity");
        assertTrue(isMet("AMOUNT2 = '01:00:00'", row));
        assertTrue(isMet("amount = 10.5 and amount in (1, 10.500)", row));
    }

    @Test
    void shouldBeUnmetWhenUnknown() {
        ImageFlyweight row = row(1L);

        assertFalse(isMet("amount > 5", row));
        assertFalse(isMet("not amount > 5", row));
        assertFalse(isMet("null", row));
        assertTrue(isMet("amount > 5 or id = 1", row));
        assertFalse(isMet("id not in (2, null)", row));
        assertTrue(isMet("id in (1, null)", row));
    }

    @Test
    void shouldFailWithoutShowingValuesWhenSqlWould() {
        MillraceException failure = assertThrows(MillraceException.class, () -> isMet("5 / (id - 1) = 1", row(1L)));

        assertEquals(ErrorCode.EXPRESSION_FAILED, failure.code());
        assertEquals("division by zero", failure.getMessage());
    }

    @Test
    void shouldNotTakeForeverWhenAPatternIsHostile() {
        String text = "a".repeat(3_000);
        org.junit.jupiter.api.Assertions.assertTimeout(
                java.time.Duration.ofSeconds(10),
                () -> assertFalse(isMet("status like '%a%a%a%a%a%a%a%a%b'", row(1L, "1", text))));
    }

    @Test
    void shouldNameWhatIsNoCast() {
        assertEquals("no such cast: from=no type of expressions, to=text", problems("cast(doc as text) = 'x'"));
        assertEquals("no such cast: from=time, to=text", problems("cast(AMOUNT2 as text) = 'x'"));
        assertEquals("no such cast: from=whole number, to=date", problems("cast(id as date) is null"));
        assertTrue(problems("cast(id as money) is null").startsWith("no such type of a value: type=money, expected="));
        assertTrue(problems("cast(id as varchar(0)) is null").startsWith("no such type of a value: type=varchar(0)"));
        assertTrue(problems("cast(id as char(5)) = ''").startsWith("no cast to texts that blanks fill up: type=char"));
        assertEquals("a clause is not known: kind=CastExpression", problems("id::text = '1'"));
        assertEquals("a clause is not known: kind=CastExpression", problems("try_cast(status as bigint) = 1"));
        assertEquals("a literal is of another type: expected=a whole number", problems("cast('x' as int) = 1"));
    }

    @Test
    void shouldFailWithoutShowingValuesWhenATextIsNoValue() {
        for (String type : List.of("bigint", "numeric", "double", "boolean", "date", "timestamp", "timestamptz")) {
            MillraceException failure = assertThrows(
                    MillraceException.class,
                    () -> isMet("cast(status as " + type + ") is null", row(1L, "1", "secret")),
                    type);
            assertTrue(failure.getMessage().startsWith("a text is no value of a type: type="), failure.getMessage());
        }
        for (String over : List.of("cast(9e99 as int)", "cast(id * 40000 as smallint)", "cast(1e5 as decimal(4,0))")) {
            assertEquals(
                    ErrorCode.EXPRESSION_FAILED,
                    assertThrows(MillraceException.class, () -> isMet(over + " is null", row(1L)), over)
                            .code());
        }
    }

    @Test
    void shouldKnowWhichExpressionsKeepValuesApart() {
        for (String apart : List.of(
                "id",
                "id + 1",
                "5 - (id * 3)",
                "-id * -2",
                "cast(id as text)",
                "'x' || cast(id as varchar(20)) || 'y'",
                "status || ''",
                "cast(id as decimal(19,0))",
                "cast(id as smallint)",
                "cast(seen + 1 as timestamp)")) {
            assertTrue(Expression.of(apart, SCHEMA).keepsApart(), apart);
        }
        for (String together : List.of(
                "1",
                "id * 0",
                "id / 2",
                "id % 7",
                "id + id",
                "id - id",
                "abs(id)",
                "lower(status)",
                "status || status",
                "substring(status, 1)",
                "amount + 1",
                "cast(amount as bigint)",
                "cast(id as varchar(19))",
                "cast(id as decimal(19,1))",
                "cast(id as double)",
                "cast(status as varchar(20))",
                "id + total",
                "coalesce(id, 1)")) {
            assertFalse(Expression.of(together, SCHEMA).keepsApart(), together);
        }
    }
}
