package io.millrace.task;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.error.MillraceException;
import io.millrace.schema.TableId;
import io.millrace.task.file.TaskFile;
import io.millrace.writer.Partitioning.Method;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PartitionSpecTest {
    private static TaskSpec task(String partition) {
        return TaskFile.parse("task.yaml", """
                        name: t
                        source: shop
                        target: warehouse
                        tables:
                          - include: shop.orders
                            key: [id, created_at]
                            partition: %s
                        """.formatted(partition)).orThrow();
    }

    private static PartitionSpec read(String partition) {
        return task(partition).tables().partition(new TableId("shop", "orders")).orElseThrow();
    }

    @Test
    void shouldReadRangesAndHashes() {
        PartitionInterval month = new PartitionInterval(1, PartitionInterval.Unit.MONTH);
        assertEquals(PartitionSpec.range("created_at", month), read("{by: range(created_at), interval: 1 month}"));
        assertEquals(
                new PartitionSpec(Method.RANGE, "at `x`", Optional.of(month), 12, 0),
                read("{by: 'RANGE( `at ``x```)', interval: 1 months, ahead: 12}"));
        assertEquals(PartitionSpec.hash("id", 8), read("{by: hash(id), count: 8}"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{by: list(id), count: 2} | expected=range(column) or hash(column)",
                "{by: range(), interval: 1 day} | expected=range(column) or hash(column)",
                "{by: range(created_at)} | missing: by=range, key=tables[0].partition.interval",
                "{by: hash(id)} | missing: by=hash, key=tables[0].partition.count",
                "{by: hash(id), count: 2, interval: 1 day} | is of the other kind of partitions: key=tables[0].partition.interval",
                "{by: range(created_at), interval: 1 day, count: 2} | is of the other kind of partitions: key=tables[0].partition.count",
                "{by: range(created_at), interval: soon} | not an interval",
                "{by: hash(id), count: 257} | not a whole number from 1 to 256",
                "{interval: 1 day} | missing key: key=tables[0].partition.by"
            })
    void shouldRefuseWhatIsNoPartition(String partition, String reason) {
        String message =
                assertThrows(MillraceException.class, () -> task(partition)).getMessage();

        assertTrue(message.contains(reason), message);
    }
}
