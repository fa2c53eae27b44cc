package io.millrace.task;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.error.ErrorCode;
import io.millrace.error.MillraceException;
import io.millrace.schema.TableId;
import java.util.List;
import org.junit.jupiter.api.Test;

class MappingTest {
    private static final TableId ORDERS = new TableId("shop", "orders");

    @Test
    void shouldKeepTheSourcesNamesWhenNothingIsSaid() {
        assertEquals(ORDERS, Mapping.DEFAULT.target(ORDERS, "src", "dst").target());
    }

    @Test
    void shouldFillVariablesWhateverTheirCase() {
        Mapping mapping = Mapping.of("${Datasource_Name_Src}_x", "pre_${DB_TABLE_NAME_SRC_TRANSED}_${db_name_dest}");

        assertEquals(
                new TableId("src_x", "pre_orders_src_x"),
                mapping.target(ORDERS, "src", "dst").target());
    }

    @Test
    void shouldTakeADoubledDollarLiterally() {
        assertEquals(
                new TableId("a${b}$", "t"),
                Mapping.of("a$${b}$", "t").target(ORDERS, "src", "dst").target());
    }

    @Test
    void shouldNameTheNearestWhenAVariableIsUnknown() {
        String message = assertThrows(IllegalArgumentException.class, () -> Mapping.of("${db_nam_src}", "t"))
                .getMessage();

        assertTrue(message.contains("db_nam_src") && message.contains("nearest=db_name_src"), message);
    }

    @Test
    void shouldRefuseAVariableWhenItHasNoValueInAName() {
        assertThrows(IllegalArgumentException.class, () -> Mapping.of("${db_name_dest}", "t"));
        assertThrows(IllegalArgumentException.class, () -> Mapping.of("s", "${operation}"));
        assertThrows(IllegalArgumentException.class, () -> Mapping.of("s", "${operation"));
    }

    @Test
    void shouldReplaceAPrefixOfTablesWhenARuleSaysSo() {
        Mapping mapping = Mapping.DEFAULT.renamingTables("^doc_", "pre_");

        assertEquals("pre_orders", table(mapping, "doc_orders"));
        assertEquals("pre_doc_old", table(mapping, "doc_doc_old"));
        assertEquals("my_doc_orders", table(mapping, "my_doc_orders"));
    }

    @Test
    void shouldGiveShardsOneNameWhenARuleSaysSo() {
        Mapping mapping = Mapping.DEFAULT.renamingTables("table.*", "my_table");

        for (String shard : List.of("table_01", "table_02", "table_03")) {
            assertEquals("my_table", table(mapping, shard));
        }
    }

    @Test
    void shouldPutPrefixAndPostfixAroundWhatTheRulesMade() {
        Mapping mapping = Mapping.DEFAULT
                .renamingTables("table.*", "my_table")
                .withTemplates(Mapping.DEFAULT.schemaName(), NameTemplate.of("pre_${db_table_name_src_transed}_post"));

        assertEquals("pre_my_table_post", table(mapping, "table_01"));
    }

    @Test
    void shouldReplaceAPrefixOfDatabasesWhenARuleSaysSo() {
        Mapping mapping = Mapping.DEFAULT.renamingSchemas("^doc_", "pre_");

        assertEquals(
                new TableId("pre_shop", "doc_orders"),
                mapping.target(new TableId("doc_shop", "doc_orders"), "src", "dst")
                        .target());
    }

    @Test
    void shouldRunRulesInOrderEachOnWhatTheOneBeforeLeft() {
        Mapping mapping = Mapping.DEFAULT
                .renamingTables("^([a-z]+)_([a-z]+)$", "$2_$1")
                .renamingTables("(?<last>[a-z])_", "${last}__")
                .renamingTables("o", "0");

        assertEquals("0rders__old", table(mapping, "old_orders"));
    }

    @Test
    void shouldKnowTheNamesOfBeforeAndAfterTheRules() {
        Mapping mapping = Mapping.DEFAULT
                .renamingSchemas("^doc_", "")
                .renamingTables("^t_", "")
                .withTemplates(
                        NameTemplate.of("${db_name_src}.${db_name_src_transed}"),
                        NameTemplate.of("${table_name_src}.${db_table_name_src_transed}"));

        assertEquals(
                new TableId("doc_a.a", "t_b.b"),
                mapping.target(new TableId("doc_a", "t_b"), "src", "dst").target());
    }

    @Test
    void shouldLowerAllLettersLastWhenAsked() {
        Mapping mapping = Mapping.of("${db_name_src_transed}_DW", "X${table_name_src}")
                .renamingTables("ORDERS", "Orders")
                .withCase(NameCase.LOWER);

        assertEquals(
                new TableId("shop_dw", "xitems"),
                mapping.target(new TableId("Shop", "ITEMS"), "src", "dst").target());
    }

    @Test
    void shouldRefuseARuleWhenItIsNone() {
        assertThrows(IllegalArgumentException.class, () -> NameRule.of("(", "x"));
        assertThrows(IllegalArgumentException.class, () -> NameRule.of("", "x"));
        assertThrows(IllegalArgumentException.class, () -> NameRule.of("a", "$1"));
        assertThrows(IllegalArgumentException.class, () -> NameRule.of("(a)", "${no}"));
        assertThrows(IllegalArgumentException.class, () -> NameRule.of("(a)", "$"));
        assertThrows(IllegalArgumentException.class, () -> NameRule.of("x".repeat(1_001), "x"));
        NameRule.of("(?x) a # a comment", "$0");
    }

    @Test
    void shouldStopWhenARegularExpressionFindsNoEnd() {
        String name = "a".repeat(63);
        Mapping mapping = Mapping.DEFAULT.renamingTables("^(\\w+\\w+)+\\w*\\w*!$", "x");
        MillraceException refused = assertThrows(MillraceException.class, () -> table(mapping, name));
        assertEquals(ErrorCode.INVALID_VALUE, refused.code());
        assertTrue(refused.getMessage().contains("without end"), refused.getMessage());

        TablePattern pattern = TablePattern.regex("(.*.*.*)*!");
        assertThrows(MillraceException.class, () -> pattern.matches(new TableId("shop", name)));
    }

    @Test
    void shouldStopWhenNamesGrowWithoutEnd() {
        Mapping mapping = Mapping.DEFAULT;
        for (int i = 0; i < 8; i++) {
            mapping = mapping.renamingTables("(.*)", "$1$1");
        }
        Mapping growing = mapping;

        assertThrows(MillraceException.class, () -> table(growing, "orders"));
    }

    private static String table(Mapping mapping, String name) {
        return mapping.target(new TableId("shop", name), "src", "dst").target().name();
    }
}
