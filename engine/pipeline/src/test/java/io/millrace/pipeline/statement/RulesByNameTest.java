package io.millrace.pipeline.statement;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.schema.TableId;
import io.millrace.task.TaskSpec;
import io.millrace.task.file.TaskFile;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** A table that gets another name, and rules of the task that say the one or the other. */
class RulesByNameTest {
    private static final TableId FROM = new TableId("shop", "customers");
    private static final TableId TO = new TableId("shop", "clients");

    private static Optional<String> difference(String tables, String lines) {
        TaskSpec task = TaskFile.parse("task.yaml", "name: t\nsource: a\ntarget: b\ntables: " + tables + "\n" + lines)
                .orThrow();
        return RulesByName.difference(task, FROM, TO);
    }

    private static void assertDiffers(String key, String tables, String lines) {
        Optional<String> why = difference(tables, lines);
        assertTrue(why.isPresent() && why.get().contains("key=" + key + ", name=shop.clients"), why.toString());
    }

    @Test
    void shouldDifferWhereAStepNamesOneOfBoth() {
        for (String name : new String[] {"shop.customers", "shop.clients", "shop.cu*"}) {
            assertDiffers(
                    "transforms",
                    "[shop.*]",
                    "transforms: [{mask: {tables: [" + name + "], columns: [email], with: fixed, value: x}}]");
            assertDiffers("transforms", "[shop.*]", "transforms: [{filter: {tables: [" + name + "], where: 'n > 0'}}]");
            assertDiffers(
                    "mapping.add", "[shop.*]", "mapping: {add: [{name: origin, value: x, tables: [" + name + "]}]}");
            assertDiffers("dml", "[{include: " + name + ", dml: {delete: ignore}}, shop.*]", "");
        }
    }

    @Test
    void shouldBeTheSameWhereBothAreNamed() {
        String both = "[shop.customers, shop.clients]";
        assertEquals(
                Optional.empty(),
                difference(
                        "[{include: shop.c*, dml: {delete: ignore}}, shop.*]",
                        "transforms: [{mask: {tables: " + both + ", columns: [email], with: fixed, value: x}},"
                                + " {filter: {tables: [shop.other], where: 'n > 0'}}]\n"
                                + "mapping: {add: [{name: origin, value: x, tables: " + both + "}]}"));
        assertEquals(Optional.empty(), difference("[shop.*]", "transforms: [{filter: {where: 'n > 0'}}]"));
    }
}
