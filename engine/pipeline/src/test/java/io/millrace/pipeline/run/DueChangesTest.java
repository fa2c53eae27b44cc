package io.millrace.pipeline.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.ddl.DdlEvent;
import io.millrace.error.MillraceException;
import io.millrace.pipeline.statement.ColumnCrossing;
import io.millrace.schema.Column;
import io.millrace.schema.ColumnType;
import io.millrace.schema.TableId;
import io.millrace.schema.TableSchema;
import io.millrace.writer.TableOutline;
import io.millrace.writer.TargetChange;
import io.millrace.writer.TargetColumn;
import io.millrace.writer.TargetTable;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** A statement that is several ones at the target, left at each boundary between them. */
class DueChangesTest {
    private static final TableId T = new TableId("shop", "t");
    private static final TableId U = new TableId("shop", "u");
    private static final TableOutline BEFORE = new TableOutline(Map.of("id", "int", "v", "text"));
    private static final TableOutline BEHIND = new TableOutline(Map.of("id", "int", "v", "text", "n", "int"));

    private static final TargetTable AFTER = new TargetTable(
            T,
            new TableSchema(
                    T,
                    0,
                    List.of(new Column("n", ColumnType.INTEGER, "int", true, 4, -1, "", List.of(), false)),
                    List.of(0)),
            List.of(new TargetColumn("n", "int", true, 0)),
            List.of(0));
    private static final TargetChange ADD = new TargetChange.AddColumn(AFTER, "n", Optional.empty());
    private static final TargetChange FILL = new TargetChange.FillColumn(AFTER, "n", "5", Map.of("src", "t_1"));
    private static final TargetChange DELETE = new TargetChange.DeleteRows(T, Map.of("src", "t_1"));
    private static final TargetChange NAME = new TargetChange.RenameTable(T, U);

    private final Map<TableId, TableOutline> target = new HashMap<>();

    private List<TargetChange> due(TargetChange... all) {
        DdlEvent event = new DdlEvent("ALTER TABLE", List.of(), List.of(), "shop", "position=1", 0, "…");
        return new DueChanges(table -> Optional.ofNullable(target.get(table)), event)
                .of(List.of(all), Map.of(T, BEFORE));
    }

    @Test
    void shouldDoAllWhenTheTableIsAsBefore() {
        target.put(T, BEFORE);
        assertEquals(List.of(DELETE, ADD, FILL, NAME), due(DELETE, ADD, FILL, NAME));
    }

    @Test
    void shouldDoWhatIsDoneToRowsAgainWhenColumnsAreAsBehind() {
        target.put(T, BEHIND);
        assertEquals(List.of(DELETE, FILL), due(DELETE, ADD, FILL));
        assertEquals(List.of(DELETE, FILL, NAME), due(DELETE, ADD, FILL, NAME));
        assertEquals(List.of(NAME), due(ADD, NAME));
    }

    @Test
    void shouldDoNothingWhenColumnsAndNameAreAsBehind() {
        target.put(U, BEHIND);
        assertEquals(List.of(), due(DELETE, ADD, FILL, NAME));
        target.put(U, BEFORE);
        assertEquals(List.of(), due(NAME));
    }

    @Test
    void shouldStopWhenNobodyCanTellHowFarItIs() {
        target.put(U, BEFORE);
        MillraceException lost = assertThrows(MillraceException.class, () -> due(ADD, NAME));
        assertTrue(lost.getMessage().contains("neither as before the statement nor as behind it"), lost.getMessage());
        target.put(T, new TableOutline(Map.of("id", "int")));
        assertThrows(MillraceException.class, () -> due(ADD, FILL));
    }

    /** Its outline is the same before and behind: the columns go through names of their own. */
    @Test
    void shouldGoThroughOtherNamesWhenAColumnTakesTheNameOfOneThatGoesAndAnotherOneItsOwn() {
        TargetChange drop = new TargetChange.DropColumn(T, "v");
        TargetChange rename = new TargetChange.RenameColumn(T, "n", "v");
        ColumnCrossing ring = new ColumnCrossing(List.of(drop, rename, ADD), 7);
        assertEquals(List.of(new TargetChange.RenameColumn(T, "n", "millrace_7_0")), ring.away());
        assertEquals(List.of(drop, new TargetChange.RenameColumn(T, "millrace_7_0", "v"), ADD), ring.back());
        assertEquals(List.of(), new ColumnCrossing(List.of(drop, rename), 7).away());
    }
}
