package io.millrace.transform;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.error.Finding;
import io.millrace.schema.Column;
import io.millrace.schema.ColumnType;
import io.millrace.schema.TableId;
import io.millrace.schema.TableSchema;
import io.millrace.task.TaskSpec;
import io.millrace.task.file.TaskFile;
import io.millrace.transform.row.TableTransform;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class TransformCompilerTest {
    private static final TableId ORDERS = new TableId("shop", "orders");
    private static final TableSchema SCHEMA = new TableSchema(
            ORDERS,
            1,
            List.of(
                    new Column("id", ColumnType.INTEGER, "bigint", false, 8, -1, "", List.of(), false),
                    new Column("note", ColumnType.TEXT, "varchar(20)", true, 20, -1, "", List.of(), false)),
            List.of(0));

    private final List<Finding> findings = new ArrayList<>();

    private Optional<TableTransform> compile(String add) {
        TaskSpec task = TaskFile.parse(
                        "task.yaml", "name: t\nsource: a\ntarget: b\ntables: ['*']\nmapping:\n  add:\n" + add)
                .orThrow();
        return new TransformCompiler(task, Map.of(), findings).of(SCHEMA, ORDERS);
    }

    private String problems() {
        return findings.stream().map(Finding::message).collect(Collectors.joining("\n"));
    }

    @Test
    void shouldPutAddedColumnsBehindTheSourcesOwn() {
        TableTransform transform = compile("""
                    - {name: op, value: '${OPERATION}'}
                    - {name: tenant, value: a, type: varchar(4), key: true}
                """).orElseThrow();

        assertEquals(
                "id INTEGER bigint, note TEXT varchar(20), op TEXT text, tenant TEXT varchar(4)",
                transform.shape().columns().stream()
                        .map(column -> column.name() + " " + column.type() + " " + column.sourceType())
                        .collect(Collectors.joining(", ")));
        assertEquals(List.of(0, 3), transform.shape().key());
        assertEquals(SCHEMA, transform.source());
    }

    @Test
    void shouldLeaveATableAloneWhenNothingIsForIt() {
        assertTrue(
                compile("    - {name: op, value: x, tables: ['shop.other']}\n").isEmpty());
        assertEquals(List.of(), findings);
    }

    @Test
    void shouldNameEveryProblemOfATable() {
        assertTrue(compile("""
                    - {name: NOTE, value: x}
                    - {name: a, value: x, type: integer}
                    - {name: b, value: '70000', type: smallint}
                    - {name: c, value: 'five!', type: varchar(4)}
                    - {name: d, value: '${operation}', key: true}
                    - {name: e, value: '${commit_time}', type: bigint}
                    - {name: f, value: '${operation}', type: boolean}
                    - {name: g, value: x, type: money}
                    - {name: h, value: '1.005', type: 'decimal(4,2)'}
                    - {name: i, value: '2024-02-30', type: date}
                """).isEmpty());
        assertEquals("""
                the table has such a column already: key=mapping.add, column=NOTE, table=shop.orders
                value is not of the column's type: type=int, expected=a number, key=mapping.add, column=a, table=shop.orders
                value is not of the column's type: type=smallint, expected=a number, key=mapping.add, column=b, table=shop.orders
                value is not of the column's type: type=varchar(4), expected=at most 4 characters, key=mapping.add, column=c, table=shop.orders
                a column of the key has one value in all rows of a table: variable=operation, key=mapping.add, column=d, table=shop.orders
                a time does not fit the type: variable=commit_time, type=bigint, expected=timestamp, datetime, date or text, key=mapping.add, column=e, table=shop.orders
                a value of this kind is text: type=boolean, expected=varchar(n), char(n) or text, key=mapping.add, column=f, table=shop.orders
                no such type of a value: type=money, expected=varchar(n), char(n), text, boolean, smallint, integer, bigint, decimal(p,s), double, date, datetime(p), timestamp(p), key=mapping.add, column=g, table=shop.orders
                value is not of the column's type: type=decimal(4,2), expected=a number, key=mapping.add, column=h, table=shop.orders
                value is not of the column's type: type=date, expected=2026-01-31 or 2026-01-31 23:59:59.999999, key=mapping.add, column=i, table=shop.orders
                """.strip(), problems());
    }
}
