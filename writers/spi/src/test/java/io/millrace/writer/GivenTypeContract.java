package io.millrace.writer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.error.ErrorCode;
import io.millrace.error.MillraceException;
import io.millrace.schema.Column;
import io.millrace.schema.TableId;
import io.millrace.schema.TableSchema;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What a planner makes of columns that a task renames, leaves out or gives a type. A subclass adds its server's types. */
public abstract class GivenTypeContract {
    private static final TableId TARGET = new TableId("dw", "t");

    private final TableSchema table;

    /**
     * Over a table of four columns, of which the first is its key.
     *
     * @param columns a whole number {@code id}, any, a number {@code amount}, a moment {@code at}
     */
    protected GivenTypeContract(String namespace, Column... columns) {
        table = new TableSchema(new TableId(namespace, "t"), 1, List.of(columns), List.of(0));
    }

    protected abstract TargetTable plan(TableSchema source, WantedTable wanted);

    /** What the column becomes when it is given the type. */
    protected final String planned(String column, String type) {
        return plan(table, new WantedTable(TARGET, Map.of(), Set.of(), Map.of(column, type)))
                .columns()
                .get(table.indexOf(column))
                .sqlType();
    }

    /** Why the column cannot be given the type. */
    protected final String refusal(String column, String type) {
        return refusal(new WantedTable(TARGET, Map.of(), Set.of(), Map.of(column, type)));
    }

    private String refusal(WantedTable wanted) {
        MillraceException refused = assertThrows(MillraceException.class, () -> plan(table, wanted));
        assertEquals(ErrorCode.TABLE_REFUSED, refused.code());
        return refused.getMessage();
    }

    @Test
    void shouldKeepTheKeyWholeAndItsValuesApart() {
        assertTrue(refusal("id", "smallint").contains("not every value of the key fits the type"));
        assertTrue(refusal(new WantedTable(TARGET, Map.of(), Set.of("id"), Map.of()))
                .contains("a column of the key cannot be dropped: column=id"));
    }

    @Test
    void shouldLeaveOutAndRename() {
        String dropped = table.columns().get(1).name();
        TargetTable planned =
                plan(table, new WantedTable(TARGET, Map.of("id", "key", "at", "happened"), Set.of(dropped), Map.of()));

        assertEquals(
                List.of("key 0", "amount 2", "happened 3"),
                planned.columns().stream()
                        .map(column -> column.name() + " " + column.sourceColumn())
                        .toList());
        assertEquals(List.of(0), planned.key());
        assertTrue(refusal(new WantedTable(TARGET, Map.of("at", "amount"), Set.of(), Map.of()))
                .contains("two columns have one name at the target: column=amount"));
    }
}
