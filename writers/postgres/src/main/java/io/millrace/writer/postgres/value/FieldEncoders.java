package io.millrace.writer.postgres.value;

import io.millrace.schema.Column;
import io.millrace.writer.TypeOptions;
import io.millrace.writer.TypeOptions.NulChar;
import io.millrace.writer.postgres.catalog.CatalogColumn;
import io.millrace.writer.postgres.connection.Oids;
import io.millrace.writer.postgres.type.TypeFit;
import io.millrace.writer.postgres.value.TimeEncoder.Form;

/** Chooses, once per table, the encoder of a source column into a target type. The one table of what goes into what. */
public final class FieldEncoders {
    private FieldEncoders() {}

    /** The encoder into the type's binary form, or null where there is none: then the value travels as text. */
    public static FieldEncoder of(Column column, CatalogColumn target, TypeOptions options) {
        FieldEncoder encoder = of(column, target.typeOid(), options);
        int room = TypeFit.isText(target.typeOid()) ? TypeFit.characters(target.typeModifier()) : -1;
        boolean isNarrow = room >= 0 && (column.length() < 0 || column.length() > room);
        return encoder != null && isNarrow ? new LimitedTextEncoder(encoder, room) : encoder;
    }

    private static FieldEncoder of(Column column, int typeOid, TypeOptions options) {
        return switch (column.type()) {
            case BOOLEAN, INTEGER, YEAR -> ofSigned(typeOid);
            case UNSIGNED -> column.length() == 8 || column.length() < 0 ? ofUnsigned(typeOid) : ofSigned(typeOid);
            case FLOAT ->
                typeOid == Oids.FLOAT4
                        ? IntegerEncoder.REAL
                        : typeOid == Oids.FLOAT8 ? IntegerEncoder.REAL_AS_DOUBLE : null;
            case DOUBLE -> typeOid == Oids.FLOAT8 ? IntegerEncoder.DOUBLE : null;
            case DECIMAL -> typeOid == Oids.NUMERIC ? NumericEncoder.DIGITS : null;
            case DATE ->
                typeOid == Oids.DATE
                        ? time(Form.DATE, options)
                        : typeOid == Oids.TIMESTAMP ? time(Form.DATE_AS_TIMESTAMP, options) : null;
            case DATETIME -> typeOid == Oids.TIMESTAMP ? time(Form.DATETIME, options) : null;
            case TIMESTAMP -> typeOid == Oids.TIMESTAMPTZ ? time(Form.TIMESTAMP, options) : null;
            case TIME -> typeOid == Oids.INTERVAL ? time(Form.INTERVAL, options) : null;
            case BIT ->
                switch (typeOid) {
                    case Oids.BIT, Oids.VARBIT -> new BitEncoder(column.length());
                    case Oids.BOOL -> column.length() == 1 ? IntegerEncoder.BOOLEAN : null;
                    default -> ofUnsigned(typeOid);
                };
            case TEXT, ENUM, SET, JSON, OTHER -> ofText(typeOid, options);
            case BINARY, GEOMETRY -> typeOid == Oids.BYTEA ? BytesEncoder.BINARY : null;
            case UUID -> typeOid == Oids.UUID ? BytesEncoder.BINARY : null;
            case POSTGRES_DATE -> typeOid == Oids.DATE ? IntegerEncoder.INTEGER : null;
            case POSTGRES_TIMESTAMP -> typeOid == Oids.TIMESTAMP ? IntegerEncoder.BIGINT : null;
            case POSTGRES_TIMESTAMPTZ -> typeOid == Oids.TIMESTAMPTZ ? IntegerEncoder.BIGINT : null;
            case POSTGRES_TEXT -> TypeFit.isText(typeOid) ? BytesEncoder.TEXT : null;
            case VECTOR -> null;
        };
    }

    private static FieldEncoder ofSigned(int typeOid) {
        return switch (typeOid) {
            case Oids.BOOL -> IntegerEncoder.BOOLEAN;
            case Oids.INT2 -> IntegerEncoder.SMALLINT;
            case Oids.INT4 -> IntegerEncoder.INTEGER;
            case Oids.INT8 -> IntegerEncoder.BIGINT;
            case Oids.NUMERIC -> NumericEncoder.SIGNED;
            default -> null;
        };
    }

    private static FieldEncoder ofUnsigned(int typeOid) {
        return switch (typeOid) {
            case Oids.INT8 -> IntegerEncoder.UNSIGNED_BIGINT;
            case Oids.NUMERIC -> NumericEncoder.UNSIGNED;
            default -> null;
        };
    }

    private static FieldEncoder ofText(int typeOid, TypeOptions options) {
        return switch (typeOid) {
            case Oids.TEXT, Oids.VARCHAR, Oids.BPCHAR, Oids.JSON -> text(options);
            case Oids.JSONB -> BytesEncoder.JSONB;
            default -> null;
        };
    }

    private static FieldEncoder text(TypeOptions options) {
        return options.nulChar() == NulChar.STRIP ? BytesEncoder.STRIPPED_TEXT : BytesEncoder.TEXT;
    }

    private static FieldEncoder time(Form form, TypeOptions options) {
        return new TimeEncoder(form, options.zeroDate());
    }
}
