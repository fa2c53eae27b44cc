package io.millrace.reader.postgres.chunk;

import io.millrace.error.ErrorCode;
import io.millrace.error.MillraceException;
import io.millrace.reader.postgres.value.ValueDecoder;
import io.millrace.row.RowEncoder;
import io.millrace.schema.Column;
import io.millrace.schema.TableSchema;
import java.util.List;

/**
 * A row of COPY's text format as an image: fields between tabs, {@code \N} for NULL, backslashes before what would end a field.
 * A field is unescaped where it lies, which never makes it longer. Values come as the stream sends them: both ask a type's own
 * output function. Confined to one thread; allocates nothing.
 */
final class CopyRow {
    private final TableSchema table;
    private final int[] columns;
    private final ValueDecoder[] decoders;

    /**
     * A row of some columns; the others of the image are absent.
     *
     * @param columns of the table, in the order of the fields
     */
    CopyRow(TableSchema table, List<Integer> columns) {
        this.table = table;
        this.columns = columns.stream().mapToInt(Integer::intValue).toArray();
        decoders = new ValueDecoder[this.columns.length];
        for (int i = 0; i < decoders.length; i++) {
            decoders[i] = ValueDecoder.of(table.columns().get(this.columns[i]).type());
        }
    }

    /** Encodes a row as one image. */
    void encode(byte[] row, RowEncoder encoder) {
        int end = row.length - 1;
        if (end < 0 || row[end] != '\n') {
            throw failure("a row without end, length=" + row.length);
        }
        encoder.beginImage(table.columns().size());
        if (columns.length < table.columns().size()) {
            for (int i = 0; i < table.columns().size(); i++) {
                encoder.putAbsent(i);
            }
        }
        int at = 0;
        for (int field = 0; field < columns.length; field++) {
            int next = at;
            while (next < end && row[next] != '\t') {
                next++;
            }
            boolean isLast = field == columns.length - 1;
            if (isLast != (next == end)) {
                throw failure("fields=" + (field + 1) + ", expected=" + columns.length);
            }
            put(row, at, next, field, encoder);
            at = next + 1;
        }
        encoder.endImage(false);
    }

    private void put(byte[] row, int at, int end, int field, RowEncoder encoder) {
        int column = columns[field];
        encoder.putPresent(column);
        boolean isNull = end - at == 2 && row[at] == '\\' && row[at + 1] == 'N';
        if (isNull) {
            encoder.putNull(column);
            return;
        }
        int length = unescape(row, at, end);
        ValueDecoder decoder = decoders[field];
        boolean mayBe = length > 0 || decoder == ValueDecoder.BYTES;
        boolean isTaken = mayBe && decoder.decode(row, at, length, encoder, column);
        if (!isTaken) {
            Column found = table.columns().get(column);
            throw failure(
                    "no such value: column=" + found.name() + ", type=" + found.sourceType() + ", length=" + length);
        }
    }

    /** Returns the length that is left. */
    private static int unescape(byte[] row, int at, int end) {
        int from = at;
        while (from < end && row[from] != '\\') {
            from++;
        }
        int to = from;
        while (from < end) {
            byte next = row[from++];
            if (next == '\\' && from < end) {
                next = switch (row[from++]) {
                    case 'b' -> '\b';
                    case 'f' -> '\f';
                    case 'n' -> '\n';
                    case 'r' -> '\r';
                    case 't' -> '\t';
                    case 'v' -> 0x0B;
                    default -> row[from - 1];
                };
            }
            row[to++] = next;
        }
        return to - at;
    }

    private MillraceException failure(String why) {
        return new MillraceException(
                ErrorCode.EVENT_UNDECODABLE, "cannot decode a row of COPY: table=" + table.table() + ", " + why);
    }
}
