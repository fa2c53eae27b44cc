package io.millrace.transform.row;

import io.millrace.error.ErrorCode;
import io.millrace.error.MillraceException;
import io.millrace.plugin.RowEditor;
import io.millrace.plugin.RowEdits;
import io.millrace.row.ImageFlyweight;
import io.millrace.row.RowEncoder;
import io.millrace.schema.Column;
import io.millrace.transform.step.ColumnStep;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import org.agrona.DirectBuffer;
import org.agrona.ExpandableArrayBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/** Asks user code once a row and keeps its edits until all columns are put. Confined to a lane or loader; allocates what user code does. */
public final class CustomRow implements RowEdits {
    private static final byte UNSET = 0;
    private static final byte NULL = 1;
    private static final byte SET = 2;

    private final String transform;
    private final RowEditor editor;
    private final List<Column> columns; // by output
    private final int inputColumns;
    private final byte[] states;
    private final long[] values; // slots; of bytes offset and length
    private final ExpandableArrayBuffer bytes = new ExpandableArrayBuffer(128);
    private final UnsafeBuffer text = new UnsafeBuffer(new byte[0]);
    private int used;

    /** @param inputColumns how many columns rows have before the step */
    public CustomRow(String transform, RowEditor editor, List<Column> columns, int inputColumns) {
        this.transform = transform;
        this.editor = editor;
        this.columns = List.copyOf(columns);
        this.inputColumns = inputColumns;
        states = new byte[columns.size()];
        values = new long[columns.size()];
    }

    /** @param isFirst whether the column is the first of the row that is put */
    ColumnStep step(int output, boolean isFirst) {
        return (column, row, context, out) -> {
            if (isFirst) {
                edit(row);
            }
            put(output, column, row, out);
        };
    }

    @SuppressWarnings("UnusedException") // its message may hold a value
    private void edit(ImageFlyweight row) {
        Arrays.fill(states, UNSET);
        used = 0;
        try {
            editor.edit(row, this);
        } catch (MillraceException e) {
            throw e;
        } catch (RuntimeException | LinkageError e) {
            throw new MillraceException(
                    ErrorCode.EXPRESSION_FAILED,
                    "a row transform failed: transform=" + transform + ", error="
                            + e.getClass().getName());
        }
    }

    private void put(int output, int column, ImageFlyweight row, RowEncoder out) {
        Column is = columns.get(output);
        boolean isFixed = is.type().isFixed();
        boolean isNew = column >= inputColumns;
        if (states[output] == SET && isFixed) {
            out.putLong(column, values[output]);
        } else if (states[output] == SET) {
            out.putBytes(column, bytes, (int) (values[output] >>> 32), (int) values[output]);
        } else if (states[output] == NULL || isNew || (row.isPresent(column) && row.isNull(column))) {
            if (!is.nullable()) {
                throw EvaluationFailure.nullValue(transform, is.name());
            }
            out.putNull(column);
        } else if (!row.isPresent(column)) {
            out.putAbsent(column);
        } else if (isFixed) {
            out.putLong(column, row.longAt(column));
        } else {
            out.putBytes(column, row.buffer(), row.valueOffset(column), row.valueLength(column));
        }
    }

    @Override
    public void setNull(int output) {
        states[output] = NULL;
    }

    @Override
    public void setLong(int output, long slot) {
        require(output, true);
        states[output] = SET;
        values[output] = slot;
    }

    @Override
    public void setBytes(int output, DirectBuffer from, int offset, int length) {
        require(output, false);
        bytes.putBytes(used, from, offset, length);
        states[output] = SET;
        values[output] = (long) used << 32 | length;
        used += length;
    }

    @Override
    public void setText(int output, String value) {
        text.wrap(value.getBytes(StandardCharsets.UTF_8));
        setBytes(output, text, 0, text.capacity());
    }

    private void require(int output, boolean isFixed) {
        Column column = columns.get(output);
        if (column.type().isFixed() != isFixed) {
            throw EvaluationFailure.otherForm(transform, column.name());
        }
    }

    /** What user code may do wrong. */
    private static final class EvaluationFailure {
        static MillraceException nullValue(String transform, String column) {
            return failure("a row transform gives NULL to a column that has none", transform, column);
        }

        static MillraceException otherForm(String transform, String column) {
            return failure("a row transform gives a value of another form", transform, column);
        }

        private static MillraceException failure(String what, String transform, String column) {
            return new MillraceException(
                    ErrorCode.EXPRESSION_FAILED, what + ": transform=" + transform + ", column=" + column);
        }
    }
}
