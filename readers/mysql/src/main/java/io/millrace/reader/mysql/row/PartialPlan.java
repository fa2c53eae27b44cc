package io.millrace.reader.mysql.row;

import io.millrace.schema.Column;
import io.millrace.schema.TableSchema;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;

/**
 * How images are decoded of which the source sent some columns only: a {@link RowPlan} of those columns, and where each column of the
 * table stands in it. Made once for each set of columns; immutable.
 */
final class PartialPlan {
    private static final int ABSENT = -1;

    private final RowPlan sent;
    private final int[] places;

    private final BitSet diffs;

    private PartialPlan(RowPlan sent, int[] places, BitSet diffs) {
        this.sent = sent;
        this.places = places;
        this.diffs = diffs;
    }

    /**
     * A plan for images with these columns.
     *
     * @param diffs JSON columns of which the image holds differences: they are decoded as the bytes that they are
     */
    static PartialPlan of(RowPlan whole, BitSet present, BitSet diffs) {
        int count = present.cardinality();
        int[] places = new int[whole.columnCount];
        Arrays.fill(places, ABSENT);
        int[] operations = new int[count];
        int[] parameters = new int[count];
        int[] widths = new int[count];
        Object[] codecs = new Object[count];
        List<Column> columns = new ArrayList<>();
        for (int i = present.nextSetBit(0); i >= 0; i = present.nextSetBit(i + 1)) {
            int place = columns.size();
            places[i] = place;
            operations[place] = diffs.get(i) ? RowPlan.COPY : whole.operations[i];
            parameters[place] = whole.parameters[i];
            widths[place] = whole.widths[i];
            codecs[place] = whole.codecs[i];
            columns.add(whole.schema.columns().get(i));
        }
        TableSchema schema = new TableSchema(whole.schema.table(), whole.schema.version(), columns, List.of());
        return new PartialPlan(
                new RowPlan(schema, operations, parameters, widths, codecs), places, (BitSet) diffs.clone());
    }

    /** The columns that were sent, as if they were the table. */
    RowPlan sent() {
        return sent;
    }

    boolean has(int column) {
        return places[column] != ABSENT;
    }

    /** Where a column that was sent stands among them. */
    int placeOf(int column) {
        return places[column];
    }

    /** Whether what was sent of the column is differences from its old value. */
    boolean isDiff(int column) {
        return diffs.get(column);
    }
}
