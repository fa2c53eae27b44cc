package io.millrace.reader.mysql.row;

import io.millrace.error.ErrorCode;
import io.millrace.error.MillraceException;
import io.millrace.reader.mysql.catalog.ColumnTypes;
import io.millrace.reader.mysql.charset.SourceCharsets;
import io.millrace.reader.mysql.event.ColumnCode;
import io.millrace.reader.mysql.event.EventPlace;
import io.millrace.reader.mysql.event.TableMapColumn;
import io.millrace.reader.mysql.event.TableMapEvent;
import io.millrace.reader.mysql.value.AddressDecoder;
import io.millrace.reader.mysql.value.CompressedDecoder;
import io.millrace.reader.mysql.value.DecimalDecoder;
import io.millrace.reader.mysql.value.GeometryDecoder;
import io.millrace.reader.mysql.value.LabelSet;
import io.millrace.reader.mysql.value.OldTimes;
import io.millrace.reader.mysql.value.TextDecoder;
import io.millrace.reader.mysql.value.ValueDecoder;
import io.millrace.schema.Column;
import io.millrace.schema.ColumnType;
import io.millrace.schema.TableSchema;
import java.util.List;

/**
 * Compiles a {@link RowPlan} from what the event says of a table and what its schema says, and cross-checks the two: they must
 * agree in the number of columns and in each column's type, sign, precision, fraction and name as far as both tell. A difference
 * stops the task and is named; nothing is guessed.
 */
final class RowPlanCompiler {
    private final SourceCharsets charsets;
    private final EventPlace place;

    RowPlanCompiler(SourceCharsets charsets, EventPlace place) {
        this.charsets = charsets;
        this.place = place;
    }

    RowPlan compile(TableMapEvent event, TableSchema schema) {
        List<TableMapColumn> columns = event.columns();
        if (columns.size() != schema.columns().size()) {
            throw new MillraceException(
                    ErrorCode.SCHEMA_MISMATCH,
                    "catalog and binlog differ in the number of columns: table=" + event.table() + ", catalog="
                            + schema.columns().size() + ", binlog=" + columns.size() + ", " + place.text());
        }
        int count = columns.size();
        Compiled compiled = new Compiled(event, count);
        for (int i = 0; i < count; i++) {
            TableMapColumn column = columns.get(i);
            Column expected = schema.columns().get(i);
            if (!column.name().isEmpty() && !column.name().equals(expected.name())) {
                throw mismatch(event, expected, "name", expected.name(), column.name());
            }
            compile(compiled, i, column, expected);
        }
        return new RowPlan(schema, compiled.operations, compiled.parameters, compiled.widths, compiled.codecs);
    }

    private static final class Compiled {
        private final TableMapEvent event;
        private final int[] operations;
        private final int[] parameters;
        private final int[] widths;
        private final Object[] codecs;

        Compiled(TableMapEvent event, int columnCount) {
            this.event = event;
            operations = new int[columnCount];
            parameters = new int[columnCount];
            widths = new int[columnCount];
            codecs = new Object[columnCount];
        }

        void set(int column, int operation, int width, int parameter, Object codec) {
            operations[column] = operation;
            widths[column] = width;
            parameters[column] = parameter;
            codecs[column] = codec;
        }
    }

    private void compile(Compiled plan, int i, TableMapColumn column, Column expected) {
        switch (column.code()) {
            case ColumnCode.TINY -> integer(plan, i, column, expected, 1, RowPlan.INT_1, RowPlan.UNSIGNED_1);
            case ColumnCode.SHORT -> integer(plan, i, column, expected, 2, RowPlan.INT_2, RowPlan.UNSIGNED_2);
            case ColumnCode.INT24 -> integer(plan, i, column, expected, 3, RowPlan.INT_3, RowPlan.UNSIGNED_3);
            case ColumnCode.LONG -> integer(plan, i, column, expected, 4, RowPlan.INT_4, RowPlan.UNSIGNED_4);
            case ColumnCode.LONGLONG -> integer(plan, i, column, expected, 8, RowPlan.INT_8, RowPlan.INT_8);
            case ColumnCode.FLOAT -> fixed(plan, i, column, expected, ColumnType.FLOAT, RowPlan.FLOAT, 4);
            case ColumnCode.DOUBLE -> fixed(plan, i, column, expected, ColumnType.DOUBLE, RowPlan.INT_8, 8);
            case ColumnCode.YEAR -> fixed(plan, i, column, expected, ColumnType.YEAR, RowPlan.YEAR, 1);
            case ColumnCode.DATE, ColumnCode.NEWDATE ->
                fixed(plan, i, column, expected, ColumnType.DATE, RowPlan.DATE, 3);
            case ColumnCode.TIME2 -> time(plan, i, column, expected, ColumnType.TIME, RowPlan.TIME, 3);
            case ColumnCode.DATETIME2 -> time(plan, i, column, expected, ColumnType.DATETIME, RowPlan.DATETIME, 5);
            case ColumnCode.TIMESTAMP2 -> time(plan, i, column, expected, ColumnType.TIMESTAMP, RowPlan.TIMESTAMP, 4);
            case ColumnCode.TIME -> oldTime(plan, i, column, expected, ColumnType.TIME, RowPlan.OLD_TIME, 3);
            case ColumnCode.DATETIME ->
                oldTime(plan, i, column, expected, ColumnType.DATETIME, RowPlan.OLD_DATETIME, 8);
            case ColumnCode.TIMESTAMP ->
                oldTime(plan, i, column, expected, ColumnType.TIMESTAMP, RowPlan.OLD_TIMESTAMP, 4);
            case ColumnCode.NEWDECIMAL -> decimal(plan, i, column, expected);
            case ColumnCode.BIT -> {
                require(plan.event, column, expected, ColumnType.BIT);
                requireEqual(plan.event, expected, "bits", expected.length(), column.meta());
                plan.set(i, RowPlan.BIT, (column.meta() + 7) / 8, 0, null);
            }
            case ColumnCode.ENUM -> labels(plan, i, column, expected, ColumnType.ENUM, RowPlan.ENUM);
            case ColumnCode.SET -> labels(plan, i, column, expected, ColumnType.SET, RowPlan.SET);
            case ColumnCode.VARCHAR, ColumnCode.VAR_STRING, ColumnCode.STRING ->
                text(plan, i, column, expected, column.meta() > 255 ? 2 : 1);
            case ColumnCode.TINY_BLOB, ColumnCode.MEDIUM_BLOB, ColumnCode.LONG_BLOB, ColumnCode.BLOB -> {
                requireLengthBytes(column);
                text(plan, i, column, expected, column.meta());
            }
            case ColumnCode.JSON -> {
                requireLengthBytes(column);
                require(plan.event, column, expected, ColumnType.JSON);
                plan.set(i, RowPlan.JSON, column.meta(), 0, null);
            }
            case ColumnCode.GEOMETRY -> {
                requireLengthBytes(column);
                require(plan.event, column, expected, ColumnType.GEOMETRY);
                plan.set(i, RowPlan.TEXT, column.meta(), 0, GeometryDecoder.EWKB);
            }
            case ColumnCode.VECTOR -> {
                requireLengthBytes(column);
                require(plan.event, column, expected, ColumnType.VECTOR);
                plan.set(i, RowPlan.COPY, column.meta(), 0, null);
            }
            case ColumnCode.VARCHAR_COMPRESSED -> {
                text(plan, i, column, expected, column.meta() > 255 ? 2 : 1);
                compressed(plan, i);
            }
            case ColumnCode.BLOB_COMPRESSED -> {
                requireLengthBytes(column);
                text(plan, i, column, expected, column.meta());
                compressed(plan, i);
            }
            default -> throw unsupported(plan.event, column, expected);
        }
    }

    /** What is compressed is what the plan has for the plain value. */
    private static void compressed(Compiled plan, int i) {
        ValueDecoder plain = plan.operations[i] == RowPlan.TEXT ? (ValueDecoder) plan.codecs[i] : null;
        plan.set(i, RowPlan.TEXT, plan.widths[i], 0, new CompressedDecoder(plain));
    }

    private void integer(
            Compiled plan, int i, TableMapColumn column, Column expected, int width, int signed, int unsigned) {
        boolean isUnsigned = expected.type() == ColumnType.UNSIGNED;
        if (!isUnsigned && expected.type() != ColumnType.INTEGER && expected.type() != ColumnType.BOOLEAN) {
            throw mismatch(plan.event, expected, "type", expected.type().name(), ColumnCode.describe(column.code()));
        }
        if (column.unsigned() != TableMapColumn.UNKNOWN && (column.unsigned() == 1) != isUnsigned) {
            throw mismatch(
                    plan.event,
                    expected,
                    "sign",
                    isUnsigned ? "unsigned" : "signed",
                    isUnsigned ? "signed" : "unsigned");
        }
        if (expected.length() > 0) {
            requireEqual(plan.event, expected, "bytes", expected.length(), width);
        }
        plan.set(i, isUnsigned ? unsigned : signed, width, 0, null);
    }

    private void fixed(
            Compiled plan, int i, TableMapColumn column, Column expected, ColumnType type, int operation, int width) {
        require(plan.event, column, expected, type);
        plan.set(i, operation, width, 0, null);
    }

    private void time(
            Compiled plan, int i, TableMapColumn column, Column expected, ColumnType type, int operation, int width) {
        require(plan.event, column, expected, type);
        if (column.meta() > 6) {
            throw place.malformed("columnMeta", column.meta());
        }
        if (expected.scale() >= 0) {
            requireEqual(plan.event, expected, "fraction", expected.scale(), column.meta());
        }
        int fractionBytes = (column.meta() + 1) / 2;
        plan.set(i, operation, width + fractionBytes, fractionBytes, null);
    }

    /** Formats of before MySQL 5.6, which MariaDB still writes for old tables; their fraction is told by the catalog alone. */
    private void oldTime(
            Compiled plan, int i, TableMapColumn column, Column expected, ColumnType type, int operation, int width) {
        require(plan.event, column, expected, type);
        if (expected.scale() < 0) {
            throw unsupported(plan.event, column, expected);
        }
        if (expected.scale() == 0) {
            plan.set(i, operation, width, 0, null);
        } else {
            OldTimes times = new OldTimes(type, expected.scale());
            plan.set(i, RowPlan.OLD_FRACTION, times.width(), 0, times);
        }
    }

    private void decimal(Compiled plan, int i, TableMapColumn column, Column expected) {
        require(plan.event, column, expected, ColumnType.DECIMAL);
        int precision = column.meta() >>> 8;
        int scale = column.meta() & 0xFF;
        requireEqual(plan.event, expected, "precision", expected.length(), precision);
        requireEqual(plan.event, expected, "scale", expected.scale(), scale);
        if (precision < 1 || precision > 65 || scale > precision) {
            throw place.malformed("columnMeta", column.meta());
        }
        DecimalDecoder decoder = new DecimalDecoder(precision, scale);
        plan.set(i, RowPlan.DECIMAL, decoder.length(), 0, decoder);
    }

    private void labels(Compiled plan, int i, TableMapColumn column, Column expected, ColumnType type, int operation) {
        require(plan.event, column, expected, type);
        if (column.meta() < 1 || column.meta() > 8 || expected.members().isEmpty()) {
            throw place.malformed("columnMeta", column.meta());
        }
        if (!column.labels().isEmpty()) {
            List<String> labels = charsets.labels(column, place);
            if (!labels.equals(expected.members())) {
                throw mismatch(
                        plan.event,
                        expected,
                        "labels",
                        Integer.toString(expected.members().size()),
                        labels.size() + " with other text or order");
            }
        }
        plan.set(i, operation, column.meta(), 0, new LabelSet(expected.members()));
    }

    private void text(Compiled plan, int i, TableMapColumn column, Column expected, int width) {
        String charset = charsets.charsetOf(column, expected);
        boolean isBinary = charset.equals("binary");
        ColumnType type = expected.type();
        boolean fits = isBinary
                ? type == ColumnType.BINARY || isUuid(column, type) || address(column, expected) != null
                : type == ColumnType.TEXT || type == ColumnType.JSON; // MariaDB's JSON is text
        if (!fits) {
            throw type == ColumnType.BINARY || type == ColumnType.TEXT || type == ColumnType.JSON
                    ? mismatch(plan.event, expected, "character set", expected.collation(), charset)
                    : unsupported(plan.event, column, expected);
        }
        if (isBinary && type == ColumnType.OTHER) {
            plan.set(i, RowPlan.TEXT, width, 0, address(column, expected));
        } else if (isBinary && column.code() == ColumnCode.STRING) {
            plan.set(i, RowPlan.PADDED, width, column.meta(), null); // the server strips the zeros of BINARY(n)
        } else if (isBinary || SourceCharsets.isUtf8(charset)) {
            plan.set(i, RowPlan.COPY, width, 0, null);
        } else {
            TextDecoder decoder = charsets.decoder(charset);
            if (decoder == null) {
                throw place.unsupported("character set is not supported yet: table=" + plan.event.table() + ", column="
                        + expected.name() + ", charset=" + charset);
            }
            plan.set(i, RowPlan.TEXT, width, 0, decoder);
        }
    }

    /** MariaDB's uuid: 16 bytes in the order of the text. */
    private static boolean isUuid(TableMapColumn column, ColumnType type) {
        return type == ColumnType.UUID && column.code() == ColumnCode.STRING && column.meta() == 16;
    }

    /** How a network address of MariaDB is printed, or null for another column. */
    private static AddressDecoder address(TableMapColumn column, Column expected) {
        if (column.code() != ColumnCode.STRING || !ColumnTypes.isAddress(expected)) {
            return null;
        }
        AddressDecoder decoder = expected.sourceType().equals("inet4") ? AddressDecoder.INET4 : AddressDecoder.INET6;
        return column.meta() == decoder.bytes() ? decoder : null;
    }

    private void requireLengthBytes(TableMapColumn column) {
        if (column.meta() < 1 || column.meta() > 4) {
            throw place.malformed("columnMeta", column.meta());
        }
    }

    private void require(TableMapEvent event, TableMapColumn column, Column expected, ColumnType type) {
        if (expected.type() != type) {
            throw mismatch(event, expected, "type", expected.type().name(), ColumnCode.describe(column.code()));
        }
    }

    private void requireEqual(TableMapEvent event, Column column, String what, int catalog, int binlog) {
        if (catalog != binlog) {
            throw mismatch(event, column, what, Integer.toString(catalog), Integer.toString(binlog));
        }
    }

    private MillraceException mismatch(TableMapEvent event, Column column, String what, String catalog, String binlog) {
        return new MillraceException(
                ErrorCode.SCHEMA_MISMATCH,
                "catalog and binlog differ in a column's " + what + ": table=" + event.table() + ", column="
                        + column.name() + ", catalog=" + catalog + ", binlog=" + binlog + ", " + place.text());
    }

    private MillraceException unsupported(TableMapEvent event, TableMapColumn column, Column expected) {
        return place.unsupported(
                "column type is not supported yet: table=" + event.table() + ", column=" + expected.name() + ", type="
                        + expected.sourceType() + ", binlog=" + ColumnCode.describe(column.code()));
    }
}
