package io.millrace.dirty;

import io.millrace.row.ImageEraser;
import io.millrace.schema.TableSchema;
import io.millrace.writer.TargetColumn;
import io.millrace.writer.TargetTable;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * A row as the target would have had it: without columns that are not written there, which may be such as show what a mask hides of the others.
 * Stateless.
 */
public final class StoredImage {
    private StoredImage() {}

    /**
     * Takes them out of an image, in place.
     *
     * @param image a copy of the caller's own, of the shape that the table is written by; may be empty
     */
    public static byte[] of(byte[] image, TargetTable table) {
        TableSchema shape = table.source();
        Set<Integer> written =
                table.columns().stream().map(TargetColumn::sourceColumn).collect(Collectors.toSet());
        written.addAll(shape.key());
        if (image.length > 0 && written.size() < shape.columns().size()) {
            ImageEraser eraser = new ImageEraser(image);
            for (int i = 0; i < shape.columns().size(); i++) {
                if (!written.contains(i)) {
                    eraser.erase(i, shape.columns().get(i).type().isFixed());
                }
            }
        }
        return image;
    }
}
