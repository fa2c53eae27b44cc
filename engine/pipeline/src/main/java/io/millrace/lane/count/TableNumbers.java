package io.millrace.lane.count;

import io.millrace.error.ErrorCode;
import io.millrace.error.MillraceException;
import io.millrace.lane.table.TableBinding;
import java.util.Arrays;

/** What the log's table numbers mean to a lane. Confined to it. */
public final class TableNumbers {
    private TableBinding[] tables = new TableBinding[16];
    private String[] differences = new String[16];

    /**
     * Says what a number means from here on.
     *
     * @param table null where it is not the task's
     * @param difference from the table as it was planned, or empty
     */
    public void put(int number, TableBinding table, String difference) {
        if (number >= tables.length) {
            int capacity = Math.max(number + 1, tables.length << 1);
            tables = Arrays.copyOf(tables, capacity);
            differences = Arrays.copyOf(differences, capacity);
        }
        tables[number] = table;
        differences[number] = difference;
    }

    /** The table, which is as it was planned, or null where it is not the task's. */
    public TableBinding planned(int number) {
        if (number >= tables.length || differences[number] == null) {
            throw new MillraceException(ErrorCode.INVARIANT, "rows of a table without schema: number=" + number);
        }
        TableBinding table = tables[number];
        if (table != null && !differences[number].isEmpty()) {
            throw new MillraceException(
                    ErrorCode.SCHEMA_MISMATCH,
                    "the table is not as it was planned: table="
                            + table.plan().source().table() + ", " + differences[number]);
        }
        return table;
    }
}
