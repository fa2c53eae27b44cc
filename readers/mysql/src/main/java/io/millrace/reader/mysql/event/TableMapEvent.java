package io.millrace.reader.mysql.event;

import io.millrace.schema.TableId;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * TABLE_MAP_EVENT: which table a number stands for in the row events that follow, and the types of its columns.
 *
 * <pre>
 *  table id 6 | flags 2 | length 1, database, 0 | length 1, table, 0 | packed column count | types | packed length, metadata
 *  | null bits | optional metadata: type 1, packed length, value …
 * </pre>
 *
 * Made once for each new shape, so it may allocate. Immutable.
 *
 * @param primaryKey positions of the key's columns, in key order; empty where there is none or the event does not say
 * @param hasKey whether the event says anything of a primary key
 * @see <a href="https://dev.mysql.com/doc/dev/mysql-server/latest/classmysql_1_1binlog_1_1event_1_1Table__map__event.html">the
 *     server's documentation</a>
 */
public record TableMapEvent(TableId table, List<TableMapColumn> columns, List<Integer> primaryKey, boolean hasKey) {
    private static final int SIGNEDNESS = 1;
    private static final int DEFAULT_CHARSET = 2;
    private static final int COLUMN_CHARSET = 3;
    private static final int COLUMN_NAME = 4;
    private static final int SET_STR_VALUE = 5;
    private static final int ENUM_STR_VALUE = 6;
    private static final int SIMPLE_PRIMARY_KEY = 8;
    private static final int PRIMARY_KEY_WITH_PREFIX = 9;
    private static final int ENUM_AND_SET_DEFAULT_CHARSET = 10;
    private static final int ENUM_AND_SET_COLUMN_CHARSET = 11;
    private static final int COLUMN_VISIBILITY = 12;

    public TableMapEvent {
        columns = List.copyOf(columns);
        primaryKey = List.copyOf(primaryKey);
    }

    /** Whether the event names its columns. */
    public boolean hasNames() {
        return !columns.isEmpty() && !columns.get(0).name().isEmpty();
    }

    /** Reads the table's name alone, behind table id and flags. */
    public static TableId decodeTable(EventBytes bytes) {
        String database = bytes.text(bytes.u8("databaseLength"), "database");
        bytes.take(1, "database");
        String table = bytes.text(bytes.u8("tableLength"), "table");
        bytes.take(1, "table");
        return new TableId(database, table);
    }

    /** Reads the event's body from behind table id and flags. */
    public static TableMapEvent decode(EventBytes bytes) {
        TableId table = decodeTable(bytes);
        int count = bytes.packedCount("columnCount");
        int[] codes = new int[count];
        for (int i = 0; i < count; i++) {
            codes[i] = bytes.u8("columnTypes");
        }
        int metaLength = bytes.packedCount("columnMetaLength");
        int metaStart = bytes.position();
        if (metaLength > bytes.remaining()) {
            throw bytes.place().tooShort("columnMeta", metaLength, bytes.remaining());
        }
        int[] metas = new int[count];
        for (int i = 0; i < count; i++) {
            readMeta(bytes, codes, metas, i);
        }
        if (bytes.position() - metaStart != metaLength) {
            throw bytes.place().tooShort("columnMeta", bytes.position() - metaStart, metaLength);
        }
        byte[] nullBits = bytes.bytes((count + 7) / 8, "nullBits");
        Builder builder = new Builder(codes, metas, nullBits);
        while (bytes.remaining() > 0) {
            int type = bytes.u8("optionalMetadata");
            int length = bytes.packedCount("optionalMetadata");
            int start = bytes.take(length, "optionalMetadata");
            builder.read(type, new EventBytes(bytes.place()).wrap(bytes.buffer(), start, start + length));
        }
        return new TableMapEvent(table, builder.columns(), builder.primaryKey, builder.hasKey);
    }

    private static void readMeta(EventBytes bytes, int[] codes, int[] metas, int i) {
        int code = codes[i];
        switch (ColumnCode.metaLength(code)) {
            case 0 -> metas[i] = 0;
            case 1 -> metas[i] = bytes.u8("columnMeta");
            case 2 -> {
                int first = bytes.u8("columnMeta");
                int second = bytes.u8("columnMeta");
                switch (code) {
                    case ColumnCode.NEWDECIMAL -> metas[i] = first << 8 | second;
                    case ColumnCode.BIT -> metas[i] = second * 8 + first;
                    case ColumnCode.STRING -> unfoldString(codes, metas, i, first, second);
                    case ColumnCode.ENUM, ColumnCode.SET -> metas[i] = second;
                    default -> metas[i] = first | second << 8;
                }
            }
            default -> throw bytes.place().unsupported("column type is not known: type=" + ColumnCode.describe(code));
        }
    }

    /** STRING hides ENUM and SET in its first byte, and the length's bits 8 and 9 in that byte's bits 4 and 5, inverted. */
    private static void unfoldString(int[] codes, int[] metas, int i, int first, int second) {
        int realCode = first | 0x30;
        if (realCode == ColumnCode.ENUM || realCode == ColumnCode.SET) {
            codes[i] = realCode;
            metas[i] = second;
        } else {
            metas[i] = second | ((first & 0x30) ^ 0x30) << 4;
        }
    }

    /** Gathers the optional metadata by column. */
    private static final class Builder {
        final int[] codes;
        final int[] metas;
        final byte[] nullBits;
        final int[] unsigned;
        final int[] collations;
        final String[] names;
        final List<List<byte[]>> labels = new ArrayList<>();
        final boolean[] visible;
        List<Integer> primaryKey = List.of();
        boolean hasKey;

        Builder(int[] codes, int[] metas, byte[] nullBits) {
            this.codes = codes;
            this.metas = metas;
            this.nullBits = nullBits;
            unsigned = new int[codes.length];
            collations = new int[codes.length];
            names = new String[codes.length];
            visible = new boolean[codes.length];
            Arrays.fill(unsigned, TableMapColumn.UNKNOWN);
            Arrays.fill(collations, TableMapColumn.UNKNOWN);
            Arrays.fill(names, "");
            Arrays.fill(visible, true);
            for (int i = 0; i < codes.length; i++) {
                labels.add(List.of());
            }
        }

        void read(int type, EventBytes field) {
            switch (type) {
                case SIGNEDNESS -> readSigns(field);
                case DEFAULT_CHARSET -> readDefaultCharset(field, false);
                case COLUMN_CHARSET -> readCharsets(field, false);
                case COLUMN_NAME -> readNames(field);
                case SET_STR_VALUE -> readLabels(field, ColumnCode.SET);
                case ENUM_STR_VALUE -> readLabels(field, ColumnCode.ENUM);
                case SIMPLE_PRIMARY_KEY -> readKey(field, false);
                case PRIMARY_KEY_WITH_PREFIX -> readKey(field, true);
                case ENUM_AND_SET_DEFAULT_CHARSET -> readDefaultCharset(field, true);
                case ENUM_AND_SET_COLUMN_CHARSET -> readCharsets(field, true);
                case COLUMN_VISIBILITY -> readVisibility(field);
                default -> {
                    // Later servers add fields that a reader may pass over; none changes what rows look like.
                }
            }
        }

        private void readSigns(EventBytes field) {
            int bit = 0;
            int bits = 0;
            for (int i = 0; i < codes.length; i++) {
                if (ColumnCode.hasSign(codes[i])) {
                    if ((bit & 7) == 0) {
                        bits = field.u8("signedness");
                    }
                    unsigned[i] = bits >> (7 - (bit & 7)) & 1;
                    bit++;
                }
            }
        }

        private boolean isInCharsetList(int column, boolean ofLabels, boolean isMariaDb) {
            int code = codes[column];
            if (ofLabels) {
                return code == ColumnCode.ENUM || code == ColumnCode.SET;
            }
            // To MySQL a vector is a blob, to MariaDB a geometry, so their lists count them.
            return ColumnCode.hasCharset(code)
                    || code == ColumnCode.VECTOR
                    || (isMariaDb && code == ColumnCode.GEOMETRY);
        }

        private void readDefaultCharset(EventBytes field, boolean ofLabels) {
            int common = field.packedInt("defaultCharset");
            List<Integer> listed = new ArrayList<>();
            for (int i = 0; i < codes.length; i++) {
                if (isInCharsetList(i, ofLabels, field.place().isMariaDb())) {
                    collations[i] = common;
                    listed.add(i);
                }
            }
            while (field.remaining() > 0) {
                int index = field.packedInt("defaultCharset");
                if (index >= listed.size()) {
                    throw field.place().malformed("defaultCharset", index);
                }
                collations[listed.get(index)] = field.packedInt("defaultCharset");
            }
        }

        private void readCharsets(EventBytes field, boolean ofLabels) {
            for (int i = 0; i < codes.length; i++) {
                if (isInCharsetList(i, ofLabels, field.place().isMariaDb())) {
                    collations[i] = field.packedInt("columnCharset");
                }
            }
        }

        private void readNames(EventBytes field) {
            for (int i = 0; i < codes.length; i++) {
                names[i] = field.text(field.packedCount("columnName"), StandardCharsets.UTF_8, "columnName");
            }
        }

        private void readLabels(EventBytes field, int code) {
            for (int i = 0; i < codes.length; i++) {
                if (codes[i] == code) {
                    int count = field.packedCount("labels");
                    List<byte[]> ofColumn = new ArrayList<>();
                    for (int k = 0; k < count; k++) {
                        ofColumn.add(field.bytes(field.packedCount("labels"), "labels"));
                    }
                    labels.set(i, ofColumn);
                }
            }
        }

        private void readKey(EventBytes field, boolean withPrefix) {
            List<Integer> key = new ArrayList<>();
            while (field.remaining() > 0) {
                int column = field.packedInt("primaryKey");
                if (column >= codes.length) {
                    throw field.place().malformed("primaryKey", column);
                }
                key.add(column);
                if (withPrefix) {
                    field.packed("primaryKey"); // characters of the prefix, 0 for the whole column
                }
            }
            primaryKey = key;
            hasKey = true;
        }

        private void readVisibility(EventBytes field) {
            int bits = 0;
            for (int i = 0; i < codes.length; i++) {
                if ((i & 7) == 0) {
                    bits = field.u8("visibility");
                }
                visible[i] = (bits >> (7 - (i & 7)) & 1) != 0;
            }
        }

        List<TableMapColumn> columns() {
            List<TableMapColumn> columns = new ArrayList<>();
            for (int i = 0; i < codes.length; i++) {
                boolean nullable = (nullBits[i >> 3] >> (i & 7) & 1) != 0;
                columns.add(new TableMapColumn(
                        codes[i], metas[i], nullable, unsigned[i], collations[i], names[i], labels.get(i), visible[i]));
            }
            return columns;
        }
    }
}
