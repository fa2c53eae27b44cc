package io.millrace.load;

import io.millrace.row.ImageFlyweight;
import io.millrace.row.KeyBound;
import io.millrace.row.RowEncoder;
import io.millrace.schema.TableSchema;
import io.millrace.transform.row.ScratchRow;
import java.math.BigInteger;

/** Ends of ranges that no row was read for. */
public final class KeyBounds {
    private KeyBounds() {}

    /** Of a table whose key is one whole number. */
    public static KeyBound of(TableSchema table, BigInteger number) {
        int key = table.key().get(0);
        RowEncoder encoder = new ScratchRow().begin();
        encoder.beginImage(table.columns().size());
        for (int i = 0; i < table.columns().size(); i++) {
            if (i == key) {
                encoder.putLong(i, number.longValue());
            } else {
                encoder.putAbsent(i);
            }
        }
        encoder.endImage(false);
        ImageFlyweight image = new ImageFlyweight();
        encoder.wrapLastImage(image);
        return KeyBound.copyOf(image);
    }
}
