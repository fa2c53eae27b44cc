package io.millrace.transform.row;

import io.millrace.row.ImageFlyweight;
import io.millrace.row.RowEncoder;
import io.millrace.schema.TableSchema;

/** Makes images whole: what the source did not send is NULL. Confined to a lane. Hot path: allocates nothing but when it grows. */
final class Filler {
    private final boolean[] areFixed;
    private final ScratchRow scratch = new ScratchRow();
    private final ImageFlyweight filled = new ImageFlyweight();

    Filler(TableSchema source) {
        areFixed = new boolean[source.columns().size()];
        for (int i = 0; i < areFixed.length; i++) {
            areFixed[i] = source.columns().get(i).type().isFixed();
        }
    }

    /** The image itself, or a whole one that is valid until the next call. */
    ImageFlyweight whole(ImageFlyweight row) {
        if (row.isComplete()) {
            return row;
        }
        RowEncoder out = scratch.begin();
        out.beginImage(areFixed.length);
        for (int column = 0; column < areFixed.length; column++) {
            if (!row.isPresent(column) || row.isNull(column)) {
                out.putNull(column);
            } else if (areFixed[column]) {
                out.putLong(column, row.longAt(column));
            } else {
                out.putBytes(column, row.buffer(), row.valueOffset(column), row.valueLength(column));
            }
        }
        out.endImage(false);
        out.wrapLastImage(filled);
        return filled;
    }
}
