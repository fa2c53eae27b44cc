package io.millrace.pipeline.statement;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.schema.TableId;
import io.millrace.writer.TableOutline;
import io.millrace.writer.TargetChange;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Columns that change names with each other look the same before and behind it, and do not look the same in between. */
class ColumnCrossingTest {
    private static final TableId T = new TableId("shop", "t");

    private static TargetChange rename(String column, String to) {
        return new TargetChange.RenameColumn(T, column, to);
    }

    @Test
    void shouldGoThroughNamesBetweenWhenNamesCross() {
        TargetChange drop = new TargetChange.DropColumn(T, "x");
        ColumnCrossing crossing = new ColumnCrossing(List.of(drop, rename("a", "b"), rename("b", "a")), 7);
        assertEquals(List.of(rename("a", "millrace_7_0"), rename("b", "millrace_7_1")), crossing.away());
        assertEquals(List.of(drop, rename("millrace_7_0", "b"), rename("millrace_7_1", "a")), crossing.back());
        TableOutline before = new TableOutline(Map.of("a", "int", "b", "int", "x", "int"));
        assertFalse(crossing.isNoted(Map.of(T, before)));
        TableOutline between = before;
        for (TargetChange change : crossing.away()) {
            between = between.behind(change);
        }
        assertFalse(between.fits(before));
        assertTrue(crossing.isNoted(Map.of(T, between)));
        TableOutline behind = between;
        for (TargetChange change : crossing.back()) {
            behind = behind.behind(change);
        }
        assertFalse(behind.fits(between));
        assertEquals(new TableOutline(Map.of("a", "int", "b", "int")), behind);
    }

    @Test
    void shouldStayWhenNamesDoNotCross() {
        List<TargetChange> changes = List.of(rename("a", "b"), rename("c", "d"));
        ColumnCrossing crossing = new ColumnCrossing(changes, 7);
        assertEquals(List.of(), crossing.away());
        assertEquals(changes, crossing.back());
    }
}
