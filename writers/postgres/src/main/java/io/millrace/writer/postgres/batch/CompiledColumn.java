package io.millrace.writer.postgres.batch;

import io.millrace.row.ImageFlyweight;
import io.millrace.writer.Run;
import io.millrace.writer.postgres.connection.BinaryOutput;
import io.millrace.writer.postgres.connection.Oids;
import io.millrace.writer.postgres.value.Fault;
import io.millrace.writer.postgres.value.FieldEncoder;
import io.millrace.writer.sql.RowFault;

/**
 * One written column of a table as it stands at the server: where its value is in an image, and how it travels.
 *
 * @param quoted name in SQL
 * @param sourceColumn in the images
 * @param elementOid type of one value on the wire
 * @param arrayOid its array's type
 * @param cast what an element is cast to at the server, in SQL; empty where it is of the column's type already
 * @param isKey whether it is in the key
 */
public record CompiledColumn(
        String name,
        String quoted,
        int sourceColumn,
        FieldEncoder encoder,
        int elementOid,
        int arrayOid,
        String cast,
        boolean isKey) {
    private static final int NO_VALUE = -1;

    /** A statement's parameter that holds this column of rows, in SQL, one row each. */
    String unnested() {
        return cast.isEmpty() ? "unnest(?)" : "CAST(unnest(?) AS " + cast + ")";
    }

    /** Whether the server may take for equal what is spelled otherwise, as citext, bpchar and numeric do, and text by its collation. */
    boolean hasSpellings() {
        return !cast.isEmpty()
                || switch (elementOid) {
                    case Oids.TEXT, Oids.VARCHAR, Oids.BPCHAR, Oids.NUMERIC, Oids.FLOAT4, Oids.FLOAT8 -> true;
                    default -> false;
                };
    }

    /** One field of one row: length and value. */
    public void put(ImageFlyweight image, BinaryOutput output, int row) {
        if (image.isNull(sourceColumn)) {
            output.putInt(NO_VALUE);
            return;
        }
        int fault = encoder.put(image, sourceColumn, output);
        if (fault != Fault.NONE) {
            throw new RowFault("column=" + name + ", reason=" + Fault.reason(fault), row);
        }
    }

    /** An array of this column of some rows: dimensions, whether there are NULLs, type, count, lower bound, elements. */
    public void putArray(Run run, int from, int to, BinaryOutput output) {
        output.putInt(1);
        output.putInt(1);
        output.putInt(elementOid);
        output.putInt(to - from);
        output.putInt(1);
        for (int i = from; i < to; i++) {
            put(run.row(i), output, i);
        }
    }
}
