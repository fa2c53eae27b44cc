package io.millrace.writer.sql;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.millrace.schema.TableId;
import io.millrace.writer.KeyAction;
import io.millrace.writer.StructureItem;
import io.millrace.writer.StructureItem.Kind;
import io.millrace.writer.StructureItem.Reference;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class NotedKeysTest {
    private static final TableId CHILD = new TableId("dw", "child");
    private static final TableId PARENT = new TableId("dw", "parent");

    private static StructureItem key(TableId table, String name, String column, KeyAction onDelete) {
        Reference to = new Reference(PARENT, List.of("id"), onDelete, KeyAction.NONE);
        return new StructureItem(Kind.FOREIGN_KEY, table, name, List.of(column), Optional.of(to), false);
    }

    @Test
    void shouldTakeAKeyAsTheServerHasItWhenItIsNotedToo() {
        StructureItem enforced = key(CHILD, "a", "parent", KeyAction.CASCADE);
        StructureItem same = key(CHILD, "b", "parent", KeyAction.NONE);
        StructureItem further = key(CHILD, "c", "other", KeyAction.NONE);
        StructureItem elsewhere = key(new TableId("dw", "else"), "d", "parent", KeyAction.NONE);
        StructureItem unique = new StructureItem(Kind.UNIQUE, CHILD, "u", List.of("x"), Optional.empty(), false);

        assertEquals(
                Map.of(CHILD, List.of(enforced, further)),
                NotedKeys.with(
                        Map.of(CHILD, List.of(enforced)), List.of(same, further, elsewhere, unique), Set.of(CHILD)));
    }

    @Test
    void shouldTieByWhatIsNotedUnlessKeysRest() {
        TableTies none = new TableTies(false, List.of(), List.of());
        List<StructureItem> noted = List.of(key(CHILD, "a", "parent", KeyAction.NONE));

        assertEquals(new TableTies(true, List.of(PARENT), List.of()), none.and(CHILD, noted, false));
        assertEquals(new TableTies(true, List.of(CHILD), List.of()), none.and(PARENT, noted, false));
        assertEquals(none, none.and(CHILD, noted, true));
    }
}
