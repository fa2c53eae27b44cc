package io.millrace.task;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.schema.TableId;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class TableRulesTest {
    private static final TableId ORDERS = new TableId("shop", "orders");

    @Test
    void shouldLetTheFirstMatchDecide() {
        TableRules rules = new TableRules(List.of(
                TableRule.exclude(TablePattern.of("shop.tmp_*")),
                TableRule.include(TablePattern.of("shop.*")).withKey("order_no"),
                TableRule.exclude(TablePattern.of("*"))));

        assertTrue(rules.isSelected(ORDERS));
        assertEquals(List.of("order_no"), rules.declaredKey(ORDERS));
        assertFalse(rules.isSelected(new TableId("shop", "tmp_1")));
        assertFalse(rules.isSelected(new TableId("hr", "people")));
    }

    /** Those that name one table are found another way than one by one. */
    @Test
    void shouldLetTheFirstMatchDecideWhateverRulesNameATable() {
        long seed = Long.getLong("seed", System.nanoTime());
        Random random = new Random(seed);
        List<String> texts = List.of("a.x", "a.y", "a.*", "a.?", "b.x", "b.`x`", "b.`*`", "*", "*.x", "`a`.x", "a.`?`");
        List<TableId> tables = List.of(
                new TableId("a", "x"),
                new TableId("a", "y"),
                new TableId("a", "?"),
                new TableId("b", "x"),
                new TableId("b", "*"),
                new TableId("c", "xx"));
        for (int round = 0; round < 500; round++) {
            List<TableRule> rules = random.ints(random.nextInt(6), 0, texts.size())
                    .mapToObj(i ->
                            TableRule.include(TablePattern.of(texts.get(i))).withKey("key" + random.nextInt(1_000)))
                    .toList();
            TableRules all = new TableRules(rules);
            for (TableId table : tables) {
                List<String> expected = rules.stream()
                        .filter(rule -> rule.pattern().matches(table))
                        .findFirst()
                        .map(TableRule::key)
                        .orElse(List.of());
                assertEquals(expected, all.declaredKey(table), () -> "seed=" + seed + ", " + table + ", " + rules);
            }
        }
    }

    @Test
    void shouldLeaveOutATableWhenNoRuleMatches() {
        assertFalse(TableRules.of("shop.orders").isSelected(new TableId("shop", "orders2")));
        assertFalse(TableRules.of("shop.orders").isSelected(new TableId("shop", "Orders")));
    }

    @Test
    void shouldNotMatchADotWhenAWildcard() {
        TableId dotted = new TableId("shop", "a.b");

        assertFalse(TableRules.of("shop.*").isSelected(dotted));
        assertTrue(TableRules.of("shop.`a.b`").isSelected(dotted));
        assertTrue(TableRules.of("*").isSelected(dotted));
        assertTrue(TableRules.of("shop.order?").isSelected(ORDERS));
        assertFalse(TableRules.of("shop.order?").isSelected(new TableId("shop", "order")));
    }

    @Test
    void shouldTakeWildcardsLiterallyWhenInBackquotes() {
        assertTrue(TableRules.of("shop.`a*``b`").isSelected(new TableId("shop", "a*`b")));
        assertFalse(TableRules.of("shop.`a*`").isSelected(new TableId("shop", "ab")));
    }

    @Test
    void shouldMatchTheWholeNameWhenARegularExpression() {
        TablePattern pattern = TablePattern.regex("shop\\.doc_.*");

        assertTrue(pattern.matches(new TableId("shop", "doc_1")));
        assertFalse(pattern.matches(new TableId("webshop", "doc_1")));
    }

    @Test
    void shouldRefuseAPatternWhenItIsNone() {
        for (String wrong : List.of("orders", "", "a.b.c", ".b", "a.", "a.`b", "**")) {
            assertThrows(IllegalArgumentException.class, () -> TablePattern.of(wrong), wrong);
        }
        assertThrows(IllegalArgumentException.class, () -> TablePattern.regex("("));
    }

    @Test
    void shouldNameRulesThatDecideOnNothing() {
        TableRules rules = TableRules.of("shop.*", "shop.orders", "hr.*");

        assertEquals(
                List.of("shop.orders", "hr.*"),
                rules.unused(List.of(ORDERS)).stream()
                        .map(rule -> rule.pattern().toString())
                        .toList());
    }
}
