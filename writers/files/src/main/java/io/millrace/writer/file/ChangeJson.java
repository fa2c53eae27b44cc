package io.millrace.writer.file;

import io.millrace.ddl.DdlEvent;
import io.millrace.ddl.TableEffect;
import io.millrace.position.TransactionId;
import io.millrace.row.ImageFlyweight;
import io.millrace.row.Operation;
import io.millrace.row.RowFlyweight;
import io.millrace.schema.Column;
import io.millrace.schema.TableSchema;
import io.millrace.wal.RowsFlyweight;
import java.time.LocalDate;
import java.util.IdentityHashMap;
import java.util.List;

/**
 * The lines: what the reference calls the envelope. What a line says depends on the change alone, so that one that comes again is the same
 * line. Confined to one thread. Hot path: a row allocates nothing, but for the text of floating numbers.
 */
final class ChangeJson {
    private final JsonOutput out;
    private final RowFlyweight row = new RowFlyweight();
    private final JsonOutput transaction = new JsonOutput();
    /** By identity: a version of a table is one object. */
    private final IdentityHashMap<TableSchema, Shape> shapes = new IdentityHashMap<>();

    /** A table's parts of a line, made once. */
    private static final class Shape {
        final byte[] table;
        final byte[][] names;
        final Column[] columns;
        final int[] key;

        Shape(TableSchema schema) {
            JsonOutput text = new JsonOutput();
            text.ascii(",\"table\":");
            text.text(schema.table().toString());
            table = bytes(text);
            columns = schema.columns().toArray(new Column[0]);
            names = new byte[columns.length][];
            for (int i = 0; i < columns.length; i++) {
                text.clear();
                text.text(columns[i].name());
                text.put(':');
                names[i] = bytes(text);
            }
            key = schema.key().stream().mapToInt(Integer::intValue).toArray();
        }

        private static byte[] bytes(JsonOutput text) {
            byte[] bytes = new byte[text.length()];
            System.arraycopy(text.array(), 0, bytes, 0, bytes.length);
            return bytes;
        }
    }

    ChangeJson(JsonOutput out) {
        this.out = out;
    }

    /** The transaction that the next rows belong to. */
    void begin(TransactionId id) {
        transaction.clear();
        transaction.ascii("{\"id\":");
        transaction.text(id.toString());
        if (id.commitTimeMicros != 0) {
            transaction.ascii(",\"time\":\"");
            ValueJson.moment(LocalDate.EPOCH, id.commitTimeMicros, 6, transaction);
            transaction.ascii("Z\"");
        }
    }

    /** A table's shape: before its first row of a file, and when it has changed. */
    void schema(TableSchema schema) {
        out.ascii("{\"op\":\"schema\"");
        out.put(shape(schema).table);
        out.ascii(",\"columns\":[");
        List<Column> columns = schema.columns();
        for (int i = 0; i < columns.size(); i++) {
            Column column = columns.get(i);
            out.ascii(i == 0 ? "{\"name\":" : ",{\"name\":");
            out.text(column.name());
            out.ascii(",\"type\":");
            out.text(column.sourceType());
            out.ascii(",\"encoding\":");
            out.text(encoding(column));
            out.ascii(column.nullable() ? ",\"nullable\":true}" : ",\"nullable\":false}");
        }
        out.ascii("],\"key\":[");
        for (int i = 0; i < schema.key().size(); i++) {
            if (i > 0) {
                out.put(',');
            }
            out.text(columns.get(schema.key().get(i)).name());
        }
        out.ascii("]}\n");
    }

    /** How a value stands in the lines, so that a reader need not know the types of every server. */
    static String encoding(Column column) {
        return switch (column.type()) {
            case BOOLEAN -> "boolean";
            case INTEGER, UNSIGNED -> "integer";
            case FLOAT, DOUBLE -> "float";
            case DECIMAL -> "decimal";
            case DATE, POSTGRES_DATE -> "date";
            case DATETIME, POSTGRES_TIMESTAMP -> "datetime";
            case TIMESTAMP, POSTGRES_TIMESTAMPTZ -> "timestamp";
            case TIME -> "time";
            case YEAR -> "year";
            case BIT -> "bits";
            case TEXT, ENUM, SET, OTHER, POSTGRES_TEXT -> "text";
            case JSON -> "json";
            case UUID -> "uuid";
            case BINARY, GEOMETRY, VECTOR -> "base64";
        };
    }

    private Shape shape(TableSchema schema) {
        Shape shape = shapes.get(schema);
        if (shape == null) {
            shape = new Shape(schema);
            shapes.put(schema, shape);
        }
        return shape;
    }

    /** The row on which the flyweight stands. */
    void row(TableSchema schema, RowsFlyweight rows) {
        Shape shape = shape(schema);
        row.wrap(rows.rowAddress(), rows.rowLength());
        Operation operation = rows.operation();
        out.ascii(
                switch (operation) {
                    case INSERT -> "{\"op\":\"c\"";
                    case UPDATE -> "{\"op\":\"u\"";
                    case DELETE -> "{\"op\":\"d\"";
                });
        out.put(shape.table);
        out.ascii(",\"key\":");
        key(shape, row.hasAfter() ? row.after() : row.before());
        if (row.hasBefore()) {
            out.ascii(",\"before\":");
            image(shape, row.before());
        }
        if (row.hasAfter()) {
            out.ascii(",\"after\":");
            image(shape, row.after());
        }
        out.ascii(",\"tx\":");
        out.copy(transaction);
        out.ascii(",\"n\":");
        out.number(rows.rowOrdinal());
        out.ascii("}}\n");
    }

    private void key(Shape shape, ImageFlyweight image) {
        out.put('{');
        for (int i = 0; i < shape.key.length; i++) {
            if (i > 0) {
                out.put(',');
            }
            value(shape, image, shape.key[i]);
        }
        out.put('}');
    }

    /** What the source did not send is not there, which is not NULL. */
    private void image(Shape shape, ImageFlyweight image) {
        out.put('{');
        boolean isFirst = true;
        for (int i = 0; i < shape.columns.length; i++) {
            if (image.isPresent(i)) {
                if (!isFirst) {
                    out.put(',');
                }
                isFirst = false;
                value(shape, image, i);
            }
        }
        out.put('}');
    }

    private void value(Shape shape, ImageFlyweight image, int column) {
        out.put(shape.names[column]);
        if (!image.isPresent(column) || image.isNull(column)) {
            out.ascii("null");
        } else {
            ValueJson.put(shape.columns[column], image, column, out);
        }
    }

    /** A statement, without its text: that may hold literals, and what became of each table is said. */
    void ddl(DdlEvent event) {
        out.ascii("{\"op\":\"ddl\",\"statement\":");
        out.text(event.verb());
        out.ascii(",\"tables\":[");
        String separator = "";
        for (TableEffect effect : event.effects()) {
            out.ascii(separator);
            out.text(effect.table().toString());
            separator = ",";
        }
        out.ascii("],\"place\":");
        out.text(event.place());
        out.ascii("}\n");
    }
}
