package io.millrace.reader.mysql.row;

import io.millrace.reader.mysql.value.DecimalDecoder;
import io.millrace.reader.mysql.value.LabelSet;
import io.millrace.reader.mysql.value.OldTimes;
import io.millrace.reader.mysql.value.ValueDecoder;
import io.millrace.row.KeyHasher;
import io.millrace.schema.TableSchema;

/**
 * How the images of one TABLE_MAP_EVENT are decoded: one small operation a column, in plain arrays, so that a row is a loop
 * over a switch. Compiled by {@link RowPlanCompiler}; immutable but for {@link #tableNumber}, which belongs to one sink.
 */
public final class RowPlan {
    // Operations. The number in a name is the bytes that a value takes.
    static final int INT_1 = 0;
    static final int INT_2 = 1;
    static final int INT_3 = 2;
    static final int INT_4 = 3;
    static final int INT_8 = 4;
    static final int UNSIGNED_1 = 5;
    static final int UNSIGNED_2 = 6;
    static final int UNSIGNED_3 = 7;
    static final int UNSIGNED_4 = 8;
    static final int FLOAT = 9;
    static final int YEAR = 10;
    static final int DATE = 11;
    static final int TIME = 12;
    static final int DATETIME = 13;
    static final int TIMESTAMP = 14;
    static final int OLD_TIME = 15;
    static final int OLD_DATETIME = 16;
    static final int OLD_TIMESTAMP = 17;
    static final int BIT = 18;
    // From here on the value becomes bytes, up to here it fills its slot.
    static final int DECIMAL = 19;
    static final int ENUM = 20;
    static final int SET = 21;
    /** A slot's value, but one whose codec makes it. */
    static final int OLD_FRACTION = 22;
    // From here on a length stands before the value.
    static final int COPY = 23;
    static final int PADDED = 24;
    /** Any value that a {@link ValueDecoder} makes. */
    static final int TEXT = 25;

    static final int JSON = 26;
    /** What {@link #codes} has for a COPY whose length is one byte. */
    static final int COPY_SHORT = 27;

    public final TableSchema schema;
    public final int columnCount;
    final int[] operations;
    /** Times: bytes of the fraction. PADDED: bytes of the value with its padding. */
    final int[] parameters;
    /** Bytes of the value, or of its length. */
    final int[] widths;
    /**
     * Of TEXT its {@link ValueDecoder}; of ENUM and SET their {@link LabelSet}; of DECIMAL its {@link DecimalDecoder}; of
     * OLD_FRACTION its {@link OldTimes}.
     */
    final Object[] codecs;

    /** What the loop needs of a column, in one word: operation, {@code width << 8}, {@code parameter << 16}. */
    final int[] codes;

    public final KeyHasher hasher;
    /** The number that the sink gave to the schema. */
    public int tableNumber;

    RowPlan(TableSchema schema, int[] operations, int[] parameters, int[] widths, Object[] codecs) {
        this.schema = schema;
        this.columnCount = operations.length;
        this.operations = operations;
        this.parameters = parameters;
        this.widths = widths;
        this.codecs = codecs;
        this.codes = new int[columnCount];
        for (int i = 0; i < columnCount; i++) {
            int operation = operations[i] == COPY && widths[i] == 1 ? COPY_SHORT : operations[i];
            codes[i] = operation | widths[i] << 8 | parameters[i] << 16;
        }
        this.hasher = KeyHasher.of(schema);
    }

    /** Whether a length stands before the column's value. */
    boolean isVariable(int column) {
        return operations[column] >= COPY;
    }
}
