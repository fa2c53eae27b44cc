package io.millrace.reader.postgres.catalog;

import io.millrace.error.ErrorCode;
import io.millrace.error.MillraceException;
import io.millrace.reader.postgres.connection.SqlSession;
import io.millrace.reader.postgres.value.BinaryDecoder;
import io.millrace.schema.Column;
import io.millrace.schema.ColumnType;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a column of a type is in our images: a domain is its base type, an enum its labels, a built-in type with a form of its
 * own that form, any other built-in type its text, to be parsed by the same type of a target, and a type that somebody made
 * its text. Asks the server once for each type. Confined to its session's thread.
 */
public final class TypeCatalog implements ColumnTypes {
    private static final int FIRST_USER_OID = 16_384;
    private static final int MODIFIER_HEADER = 4;

    private static final int BOOL = 16;
    private static final int BYTEA = 17;
    private static final int NAME = 19;
    private static final int INT8 = 20;
    private static final int INT2 = 21;
    private static final int INT4 = 23;
    private static final int TEXT = 25;
    private static final int OID = 26;
    private static final int JSON = 114;
    private static final int FLOAT4 = 700;
    private static final int FLOAT8 = 701;
    private static final int BPCHAR = 1042;
    private static final int VARCHAR = 1043;
    private static final int DATE = 1082;
    private static final int TIME = 1083;
    private static final int TIMESTAMP = 1114;
    private static final int TIMESTAMPTZ = 1184;
    private static final int NUMERIC = 1700;
    private static final int UUID = 2950;
    private static final int JSONB = 3802;

    private static final String TYPE = """
            SELECT t.typtype::text, t.typbasetype::bigint, t.typtypmod, t.typcategory::text, n.nspname = 'pg_catalog',
                   pg_catalog.format_type(t.oid, ?),
                   CASE WHEN t.typtype = 'e' THEN ARRAY(SELECT e.enumlabel::text FROM pg_catalog.pg_enum e
                       WHERE e.enumtypid = t.oid ORDER BY e.enumsortorder) END,
                   t.typname LIKE 'reg%' OR t.typname LIKE '\\_reg%'
            FROM pg_catalog.pg_type t JOIN pg_catalog.pg_namespace n ON n.oid = t.typnamespace
            WHERE t.oid = ?::bigint::pg_catalog.oid""";

    private final SqlSession session;
    private final Map<Long, Form> forms = new HashMap<>();

    /** A type without the column that has it. */
    private record Form(
            ColumnType type, String text, int length, int scale, List<String> labels, Optional<BinaryDecoder> binary) {
        Form(ColumnType type, String text, int length, int scale, List<String> labels) {
            this(type, text, length, scale, labels, Optional.empty());
        }

        Form with(BinaryDecoder decoder) {
            return new Form(type, text, length, scale, labels, Optional.of(decoder));
        }
    }

    public TypeCatalog(SqlSession session) {
        this.session = session;
    }

    @Override
    public Column column(String name, int oid, int modifier, boolean isNullable, boolean isDeterministic) {
        Form form = known(oid, modifier);
        boolean isBinary = form.type() == ColumnType.TEXT && isDeterministic;
        return new Column(
                name,
                form.type(),
                form.text(),
                isNullable,
                form.length(),
                form.scale(),
                isBinary ? "binary" : "",
                form.labels(),
                false);
    }

    @Override
    public Optional<BinaryDecoder> binary(int oid, int modifier) {
        return known(oid, modifier).binary();
    }

    private Form known(int oid, int modifier) {
        return forms.computeIfAbsent(
                (long) oid << Integer.SIZE | (modifier & 0xFFFF_FFFFL), key -> form(oid, modifier));
    }

    private Form form(int oid, int modifier) {
        return session.row(
                        TYPE,
                        row -> {
                            String kind = row.getString(1);
                            if (kind.equals("d")) {
                                return form((int) row.getLong(2), row.getInt(3));
                            }
                            String text = row.getString(6);
                            if (kind.equals("e")) {
                                List<String> labels =
                                        List.of((String[]) row.getArray(7).getArray());
                                return new Form(ColumnType.ENUM, text, -1, -1, labels).with(BinaryDecoder.BYTES);
                            }
                            boolean isBuiltIn = row.getBoolean(5) && Integer.compareUnsigned(oid, FIRST_USER_OID) < 0;
                            // What a reg… type prints are names, which mean something else at a target.
                            return isBuiltIn && !row.getBoolean(8)
                                    ? builtIn(oid, modifier, text)
                                    : new Form(ColumnType.OTHER, text, -1, -1, List.of());
                        },
                        modifier,
                        Integer.toUnsignedLong(oid))
                .orElseThrow(() -> new MillraceException(
                        ErrorCode.SCHEMA_MISMATCH,
                        "a column's type is not in the catalog any more: oid=" + Integer.toUnsignedString(oid)));
    }

    private static Form builtIn(int oid, int modifier, String text) {
        return switch (oid) {
            case BOOL -> form(ColumnType.BOOLEAN, text).with(BinaryDecoder.BOOLEAN);
            case INT2 -> integer(text, Short.BYTES).with(BinaryDecoder.INT2);
            case INT4 -> integer(text, Integer.BYTES).with(BinaryDecoder.INT4);
            case INT8 -> integer(text, Long.BYTES).with(BinaryDecoder.INT8);
            case FLOAT4 -> form(ColumnType.FLOAT, text).with(BinaryDecoder.FLOAT4);
            case FLOAT8 -> form(ColumnType.DOUBLE, text).with(BinaryDecoder.FLOAT8);
            case NUMERIC -> numeric(modifier, text).with(BinaryDecoder.NUMERIC);
            case TEXT -> form(ColumnType.TEXT, text).with(BinaryDecoder.BYTES);
            case VARCHAR ->
                new Form(
                                ColumnType.TEXT,
                                text,
                                modifier < MODIFIER_HEADER ? -1 : modifier - MODIFIER_HEADER,
                                -1,
                                List.of())
                        .with(BinaryDecoder.BYTES);
            case BYTEA -> form(ColumnType.BINARY, text).with(BinaryDecoder.BYTES);
            case JSON -> form(ColumnType.JSON, text).with(BinaryDecoder.BYTES);
            case JSONB -> form(ColumnType.JSON, text).with(BinaryDecoder.JSONB);
            case UUID -> form(ColumnType.UUID, text).with(BinaryDecoder.UUID);
            case DATE -> form(ColumnType.POSTGRES_DATE, text).with(BinaryDecoder.INT4);
            case TIMESTAMP ->
                new Form(ColumnType.POSTGRES_TIMESTAMP, text, -1, modifier, List.of()).with(BinaryDecoder.INT8);
            case TIMESTAMPTZ ->
                new Form(ColumnType.POSTGRES_TIMESTAMPTZ, text, -1, modifier, List.of()).with(BinaryDecoder.INT8);
            case BPCHAR, NAME -> form(ColumnType.POSTGRES_TEXT, text).with(BinaryDecoder.BYTES);
            case OID -> form(ColumnType.POSTGRES_TEXT, text).with(BinaryDecoder.OID);
            case TIME -> form(ColumnType.POSTGRES_TEXT, text).with(BinaryDecoder.TIME);
            default -> form(ColumnType.POSTGRES_TEXT, text);
        };
    }

    private static Form form(ColumnType type, String text) {
        return new Form(type, text, -1, -1, List.of());
    }

    private static Form integer(String text, int bytes) {
        return new Form(ColumnType.INTEGER, text, bytes, -1, List.of());
    }

    /** Precision and scale; a scale beyond the precision, or below zero, is left to a numeric without limits. */
    private static Form numeric(int modifier, String text) {
        if (modifier < MODIFIER_HEADER) {
            return form(ColumnType.DECIMAL, text);
        }
        int precision = (modifier - MODIFIER_HEADER) >>> 16 & 0xFFFF;
        int scale = ((modifier - MODIFIER_HEADER & 0x7FF) ^ 1024) - 1024;
        return scale < 0 || scale > precision
                ? form(ColumnType.DECIMAL, text)
                : new Form(ColumnType.DECIMAL, text, precision, scale, List.of());
    }
}
