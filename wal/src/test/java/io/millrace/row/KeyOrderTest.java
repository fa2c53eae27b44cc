package io.millrace.row;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.schema.Column;
import io.millrace.schema.ColumnType;
import io.millrace.schema.TableId;
import io.millrace.schema.TableSchema;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;

/** EXACTNESS 36: an order of ours is used only where it is the server's. */
class KeyOrderTest {
    /** Of all others a collation, a number of digits or a server's own rules decide. */
    private static final Set<ColumnType> KNOWN = EnumSet.of(
            ColumnType.BOOLEAN,
            ColumnType.INTEGER,
            ColumnType.UNSIGNED,
            ColumnType.YEAR,
            ColumnType.BIT,
            ColumnType.BINARY,
            ColumnType.DATE,
            ColumnType.DATETIME,
            ColumnType.TIMESTAMP,
            ColumnType.TIME,
            ColumnType.POSTGRES_DATE,
            ColumnType.POSTGRES_TIMESTAMP,
            ColumnType.POSTGRES_TIMESTAMPTZ);

    private static TableSchema table(ColumnType... types) {
        List<Column> columns = Arrays.stream(types)
                .map(type -> new Column(type.name(), type, "", false, -1, -1, "", List.of(), false))
                .toList();
        return new TableSchema(
                new TableId("shop", "t"),
                0,
                columns,
                IntStream.range(0, types.length).boxed().toList());
    }

    private ImageFlyweight image(Object... values) {
        UnsafeBuffer there = new UnsafeBuffer(new byte[1024]);
        RowSpace space = (buffer, offset, used, required) -> {
            buffer.wrap(there);
            return 0;
        };
        RowEncoder encoder = new RowEncoder(space);
        encoder.beginRecord();
        encoder.beginImage(values.length);
        for (int i = 0; i < values.length; i++) {
            if (values[i] instanceof byte[] bytes) {
                encoder.putBytes(i, bytes, 0, bytes.length);
            } else {
                encoder.putLong(i, (Long) values[i]);
            }
        }
        encoder.endImage(false);
        ImageFlyweight image = new ImageFlyweight();
        encoder.wrapLastImage(image);
        return ImageCopy.of(image).wrap(new ImageFlyweight());
    }

    @Test
    void shouldKnowNoOrderThatACollationDecides() {
        for (ColumnType type : ColumnType.values()) {
            assertEquals(KNOWN.contains(type), KeyOrder.isServersOrder(table(type)), type.name());
        }
        assertFalse(KeyOrder.isServersOrder(table(ColumnType.INTEGER, ColumnType.TEXT)), "every column counts");
        assertFalse(KeyOrder.isServersOrder(table()), "no key");
        assertThrows(IllegalArgumentException.class, () -> KeyOrder.of(table(ColumnType.TEXT)));
    }

    @Test
    void shouldCompareAsServersDo() {
        KeyOrder signed = KeyOrder.of(table(ColumnType.INTEGER));
        assertTrue(signed.compare(image(-1L), image(0L)) < 0);
        KeyOrder unsigned = KeyOrder.of(table(ColumnType.UNSIGNED));
        assertTrue(unsigned.compare(image(-1L), image(0L)) > 0, "the largest one");
        KeyOrder bytes = KeyOrder.of(table(ColumnType.BINARY));
        assertTrue(bytes.compare(image(new byte[] {(byte) 0x80}), image(new byte[] {0x7f})) > 0, "without a sign");
        assertTrue(bytes.compare(image(new byte[] {1}), image(new byte[] {1, 0})) < 0, "the shorter one");
        KeyOrder pair = KeyOrder.of(table(ColumnType.INTEGER, ColumnType.INTEGER));
        assertTrue(pair.compare(image(1L, 9L), image(2L, 0L)) < 0);
        assertTrue(pair.compare(image(1L, 9L), image(1L, 0L)) > 0);
        assertEquals(0, pair.compare(image(1L, 9L), image(1L, 9L)));
    }
}
