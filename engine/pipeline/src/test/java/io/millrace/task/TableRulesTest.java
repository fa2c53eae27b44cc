package io.millrace.task;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.schema.TableId;
import java.util.List;
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
