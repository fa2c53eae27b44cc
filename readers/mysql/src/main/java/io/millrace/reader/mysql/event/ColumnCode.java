package io.millrace.reader.mysql.event;

/** The column types of TABLE_MAP_EVENT, numbered as in the servers' {@code field_types.h}. */
public final class ColumnCode {
    static final int DECIMAL = 0;
    public static final int TINY = 1;
    public static final int SHORT = 2;
    public static final int LONG = 3;
    public static final int FLOAT = 4;
    public static final int DOUBLE = 5;
    static final int NULL = 6;
    public static final int TIMESTAMP = 7;
    public static final int LONGLONG = 8;
    public static final int INT24 = 9;
    public static final int DATE = 10;
    public static final int TIME = 11;
    public static final int DATETIME = 12;
    public static final int YEAR = 13;
    public static final int NEWDATE = 14;
    public static final int VARCHAR = 15;
    public static final int BIT = 16;
    public static final int TIMESTAMP2 = 17;
    public static final int DATETIME2 = 18;
    public static final int TIME2 = 19;
    static final int TYPED_ARRAY = 20;
    public static final int BLOB_COMPRESSED = 140;
    public static final int VARCHAR_COMPRESSED = 141;
    public static final int VECTOR = 242;
    public static final int JSON = 245;
    public static final int NEWDECIMAL = 246;
    public static final int ENUM = 247;
    public static final int SET = 248;
    public static final int TINY_BLOB = 249;
    public static final int MEDIUM_BLOB = 250;
    public static final int LONG_BLOB = 251;
    public static final int BLOB = 252;
    public static final int VAR_STRING = 253;
    public static final int STRING = 254;
    public static final int GEOMETRY = 255;

    private ColumnCode() {}

    /** Bytes of a type's metadata in TABLE_MAP_EVENT; -1 for a type that is not known. */
    static int metaLength(int code) {
        return switch (code) {
            case DECIMAL, TINY, SHORT, LONG, NULL, TIMESTAMP, LONGLONG, INT24, DATE, TIME, DATETIME, YEAR, NEWDATE -> 0;
            case FLOAT,
                    DOUBLE,
                    TIMESTAMP2,
                    DATETIME2,
                    TIME2,
                    BLOB_COMPRESSED,
                    VECTOR,
                    JSON,
                    TINY_BLOB,
                    MEDIUM_BLOB,
                    LONG_BLOB,
                    BLOB,
                    GEOMETRY -> 1;
            case VARCHAR, BIT, VARCHAR_COMPRESSED, NEWDECIMAL, ENUM, SET, VAR_STRING, STRING -> 2;
            default -> -1;
        };
    }

    /** Whether the optional metadata has a sign for columns of the type. */
    static boolean hasSign(int code) {
        return switch (code) {
            case TINY, SHORT, INT24, LONG, LONGLONG, YEAR, DECIMAL, NEWDECIMAL, FLOAT, DOUBLE -> true;
            default -> false;
        };
    }

    /** Whether the optional metadata has a character set for columns of the type; ENUM and SET have their own list. */
    public static boolean hasCharset(int code) {
        return switch (code) {
            case STRING,
                    VAR_STRING,
                    VARCHAR,
                    TINY_BLOB,
                    MEDIUM_BLOB,
                    LONG_BLOB,
                    BLOB,
                    BLOB_COMPRESSED,
                    VARCHAR_COMPRESSED -> true;
            default -> false;
        };
    }

    /** A name for messages. */
    public static String describe(int code) {
        String name = switch (code) {
            case TINY -> "TINY";
            case SHORT -> "SHORT";
            case INT24 -> "INT24";
            case LONG -> "LONG";
            case LONGLONG -> "LONGLONG";
            case FLOAT -> "FLOAT";
            case DOUBLE -> "DOUBLE";
            case DECIMAL -> "DECIMAL";
            case NEWDECIMAL -> "NEWDECIMAL";
            case DATE, NEWDATE -> "DATE";
            case TIME, TIME2 -> "TIME";
            case DATETIME, DATETIME2 -> "DATETIME";
            case TIMESTAMP, TIMESTAMP2 -> "TIMESTAMP";
            case YEAR -> "YEAR";
            case BIT -> "BIT";
            case VARCHAR, VAR_STRING -> "VARCHAR";
            case STRING -> "STRING";
            case ENUM -> "ENUM";
            case SET -> "SET";
            case TINY_BLOB, MEDIUM_BLOB, LONG_BLOB, BLOB -> "BLOB";
            case BLOB_COMPRESSED -> "BLOB_COMPRESSED";
            case VARCHAR_COMPRESSED -> "VARCHAR_COMPRESSED";
            case JSON -> "JSON";
            case GEOMETRY -> "GEOMETRY";
            case VECTOR -> "VECTOR";
            case TYPED_ARRAY -> "TYPED_ARRAY";
            default -> "unknown";
        };
        return name + " (0x" + Integer.toHexString(code) + ")";
    }
}
