package io.millrace.task;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.error.ErrorCode;
import io.millrace.error.MillraceException;
import java.util.List;
import org.junit.jupiter.api.Test;

class TaskSpecTest {
    @Test
    void shouldHaveDefaultsWhenOnlyNamesAreGiven() {
        TaskSpec task = minimal("shop_to_dw").build();

        assertEquals(List.of(Step.STRUCTURE, Step.FULL, Step.INCREMENTAL), List.copyOf(task.steps()));
        assertEquals("millrace", task.target().controlSchema());
        assertEquals(200_000, task.delivery().batchRows());
        assertTrue(task.resources().logDiskBytes().isEmpty());
    }

    @Test
    void shouldGiveBatchesOfAllLanesAQuarterOfTheMemoryWhenTheirSizeIsNotSaid() {
        ResourceSpec resources = ResourceSpec.defaults().withMemoryBytes(256L << 20);

        assertEquals(
                32L << 20,
                DeliverySpec.within(resources.withWriteConcurrency(1)).batchBytes());
        assertEquals(
                32L << 20,
                DeliverySpec.within(resources.withWriteConcurrency(2)).batchBytes());
        assertEquals(
                8L << 20, DeliverySpec.within(resources.withWriteConcurrency(8)).batchBytes());
    }

    @Test
    void shouldDeriveAStableServerIdAboveThoseThatPeopleChoose() {
        long id = minimal("shop_to_dw").build().serverId();

        assertEquals(id, minimal("shop_to_dw").build().serverId());
        assertTrue(id >= 1L << 31 && id < 1L << 32, "id=" + id);
        assertEquals(
                7,
                minimal("shop_to_dw")
                        .source(SourceSpec.of("shop").withServerId(7))
                        .build()
                        .serverId());
    }

    @Test
    void shouldNeedAStartExactlyWhereNothingIsLoaded() {
        assertRefused(minimal("t").steps(Step.INCREMENTAL));
        assertRefused(minimal("t").start(new StartPosition.Now()));
        assertEquals(
                "earliest",
                minimal("t")
                        .steps(Step.INCREMENTAL)
                        .start(StartPosition.parse("earliest"))
                        .build()
                        .start()
                        .orElseThrow()
                        .text());
        assertTrue(minimal("t").steps(Step.STRUCTURE).build().start().isEmpty());
    }

    @Test
    void shouldRefuseANameWhenItCannotBeADirectory() {
        for (String wrong : List.of("", ".", "..", "a/b", "a b", "a".repeat(129))) {
            assertRefused(minimal(wrong));
        }
        for (String right : List.of("a", "ordersİ.1", "заказы_२", "a".repeat(128))) {
            assertFalse(minimal(right).build().name().isEmpty());
        }
    }

    private static TaskSpec.Builder minimal(String name) {
        return TaskSpec.builder(name).source("shop").target("warehouse").tables("shop.*");
    }

    private static void assertRefused(TaskSpec.Builder builder) {
        assertEquals(
                ErrorCode.INVALID_VALUE,
                assertThrows(MillraceException.class, builder::build).code());
    }
}
