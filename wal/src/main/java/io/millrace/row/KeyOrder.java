package io.millrace.row;

import io.millrace.schema.Column;
import io.millrace.schema.TableSchema;

/**
 * Compares the keys of two images as the source's own ORDER BY does. Only for keys whose order is known to be the server's
 * (EXACTNESS 36): ask {@link #isServersOrder} first. Immutable and thread-safe; allocates nothing.
 */
public final class KeyOrder {
    private final int[] columns;
    private final Comparison[] comparisons;

    private enum Comparison {
        SIGNED,
        UNSIGNED,
        BYTES
    }

    private KeyOrder(int[] columns, Comparison[] comparisons) {
        this.columns = columns;
        this.comparisons = comparisons;
    }

    /** Whether every key column sorts here as at the server. */
    public static boolean isServersOrder(TableSchema schema) {
        return !schema.key().isEmpty()
                && schema.key().stream()
                        .allMatch(i -> comparison(schema.columns().get(i)) != null);
    }

    /** The order of a table's key; only where {@link #isServersOrder}. */
    public static KeyOrder of(TableSchema schema) {
        int[] columns = schema.key().stream().mapToInt(Integer::intValue).toArray();
        Comparison[] comparisons = new Comparison[columns.length];
        for (int i = 0; i < columns.length; i++) {
            comparisons[i] = comparison(schema.columns().get(columns[i]));
            if (comparisons[i] == null) {
                throw new IllegalArgumentException("order of key is not the server's: table=" + schema.table());
            }
        }
        return new KeyOrder(columns, comparisons);
    }

    private static Comparison comparison(Column column) {
        return switch (column.type()) {
            case BOOLEAN, INTEGER, YEAR, DATE, DATETIME, TIMESTAMP, TIME -> Comparison.SIGNED;
            case POSTGRES_DATE, POSTGRES_TIMESTAMP, POSTGRES_TIMESTAMPTZ -> Comparison.SIGNED;
            case UNSIGNED, BIT -> Comparison.UNSIGNED;
            case BINARY -> Comparison.BYTES;
            default -> null;
        };
    }

    public int compare(ImageFlyweight a, ImageFlyweight b) {
        for (int i = 0; i < columns.length; i++) {
            int column = columns[i];
            int order = switch (comparisons[i]) {
                case SIGNED -> Long.compare(a.longAt(column), b.longAt(column));
                case UNSIGNED -> Long.compareUnsigned(a.longAt(column), b.longAt(column));
                case BYTES -> compareBytes(a, b, column);
            };
            if (order != 0) {
                return order;
            }
        }
        return 0;
    }

    private static int compareBytes(ImageFlyweight a, ImageFlyweight b, int column) {
        int aOffset = a.valueOffset(column);
        int bOffset = b.valueOffset(column);
        int aLength = a.valueLength(column);
        int bLength = b.valueLength(column);
        int common = Math.min(aLength, bLength);
        for (int i = 0; i < common; i++) {
            int order = Integer.compare(
                    a.buffer().getByte(aOffset + i) & 0xFF, b.buffer().getByte(bOffset + i) & 0xFF);
            if (order != 0) {
                return order;
            }
        }
        return Integer.compare(aLength, bLength);
    }
}
