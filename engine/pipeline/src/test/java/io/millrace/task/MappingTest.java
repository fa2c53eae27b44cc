package io.millrace.task;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.schema.TableId;
import org.junit.jupiter.api.Test;

class MappingTest {
    private static final TableId ORDERS = new TableId("shop", "orders");

    @Test
    void shouldKeepTheSourcesNamesWhenNothingIsSaid() {
        assertEquals(ORDERS, Mapping.DEFAULT.target(ORDERS, "src", "dst"));
    }

    @Test
    void shouldFillVariablesWhateverTheirCase() {
        Mapping mapping = Mapping.of("${Datasource_Name_Src}_x", "pre_${DB_TABLE_NAME_SRC_TRANSED}_${db_name_dest}");

        assertEquals(new TableId("src_x", "pre_orders_src_x"), mapping.target(ORDERS, "src", "dst"));
    }

    @Test
    void shouldTakeADoubledDollarLiterally() {
        assertEquals(new TableId("a${b}$", "t"), Mapping.of("a$${b}$", "t").target(ORDERS, "src", "dst"));
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
}
