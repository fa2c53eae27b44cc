package io.millrace.dirty;

import io.millrace.row.ImageFlyweight;
import io.millrace.schema.TableId;
import io.millrace.schema.TableSchema;
import io.millrace.writer.Refusal;
import io.millrace.writer.RunOperation;
import java.util.Objects;
import java.util.Optional;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * A row change that could not be written, with all that is needed to write it later. Immutable; nobody writes into its arrays.
 *
 * @param place in the log
 * @param transaction the encoded {@link io.millrace.position.TransactionId}; of zeros where it is not known
 * @param ordinal of the row in its transaction
 * @param position of the source transaction, for people
 * @param commitTimeMicros when the source committed it; 0 where that is not known
 * @param schema of the source table, by which the images are read
 * @param target the table's name at the target
 * @param operation what would have been done with the image
 * @param image the row, or of DELETE its key
 * @param before of REKEY the row under its old key; else empty
 * @param haveKeysRested whether the source did not look at foreign keys
 * @param why the target's refusal
 * @param storedMillis when it was stored, by our clock
 */
@SuppressWarnings("ArrayRecordComponent") // rows may be large, and nobody compares them
public record DirtyRow(
        DirtyPlace place,
        byte[] transaction,
        long ordinal,
        String position,
        long commitTimeMicros,
        TableSchema schema,
        TableId target,
        RunOperation operation,
        byte[] image,
        byte[] before,
        boolean haveKeysRested,
        Refusal why,
        long storedMillis) {
    public DirtyRow {
        Objects.requireNonNull(place, "place");
        Objects.requireNonNull(position, "position");
        Objects.requireNonNull(schema, "schema");
        Objects.requireNonNull(target, "target");
        Objects.requireNonNull(operation, "operation");
        Objects.requireNonNull(why, "why");
    }

    /** A look at the image. */
    public ImageFlyweight wrapImage() {
        return wrap(image);
    }

    /** A look at the row under its old key; empty but for REKEY. */
    public Optional<ImageFlyweight> wrapBefore() {
        return before.length == 0 ? Optional.empty() : Optional.of(wrap(before));
    }

    private static ImageFlyweight wrap(byte[] bytes) {
        return new ImageFlyweight().wrap(new UnsafeBuffer(bytes), 0, bytes.length);
    }

    /** What the source did, as far as that is known of what was left of it. */
    public String operationText() {
        return switch (operation) {
            case INSERT -> "insert";
            case UPSERT, UPDATE, UPDATE_IF_THERE -> "update";
            case REKEY -> "key change";
            case DELETE, MARK -> "delete";
        };
    }

    /** The same without images, which may be large. */
    DirtyRow head() {
        return new DirtyRow(
                place,
                transaction,
                ordinal,
                position,
                commitTimeMicros,
                schema,
                target,
                operation,
                new byte[0],
                new byte[0],
                haveKeysRested,
                why,
                storedMillis);
    }
}
