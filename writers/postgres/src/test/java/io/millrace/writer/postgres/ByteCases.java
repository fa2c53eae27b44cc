package io.millrace.writer.postgres;

import static io.millrace.writer.postgres.TypeCase.hex;
import static io.millrace.writer.postgres.TypeCase.type;

import io.millrace.schema.ColumnType;
import java.util.List;

/** Texts, bytes, documents and identifiers. */
final class ByteCases {
    private ByteCases() {}

    static List<TypeCase> all() {
        String odd = "\\N \t\n\r\b\"'{},;\u0001\u007f ${x} ? $1 ";
        String all = "Grüße, 世界, \uD83D\uDE00, İı, e\u0301";
        return List.of(
                type(
                        ColumnType.TEXT,
                        "varchar(60)",
                        60,
                        -1,
                        "character varying(60)",
                        "",
                        "",
                        "NULL",
                        "NULL",
                        odd,
                        odd,
                        all,
                        all,
                        "\uD83D\uDE00".repeat(60),
                        "\uD83D\uDE00".repeat(60),
                        "trailing blanks   ",
                        "trailing blanks   "),
                type(ColumnType.TEXT, "char(5)", 5, -1, "character varying(5)", "ab", "ab", "abcde", "abcde"),
                type(ColumnType.TEXT, "varchar(0)", 0, -1, "text", "", ""),
                type(ColumnType.TEXT, "text", 65535, -1, "text", all, all, "x".repeat(65535), "x".repeat(65535)),
                type(ColumnType.TEXT, "longtext", -1, -1, "text", "long ".repeat(400_000), "long ".repeat(400_000)),
                type(
                        ColumnType.BINARY,
                        "varbinary(255)",
                        255,
                        -1,
                        "bytea",
                        hex(""),
                        "\\x",
                        hex("00ff5c27220a"),
                        "\\x00ff5c27220a"),
                type(
                        ColumnType.BINARY,
                        "longblob",
                        -1,
                        -1,
                        "bytea",
                        new byte[1_000_000],
                        "\\x" + "00".repeat(1_000_000)),
                type(ColumnType.ENUM, "enum('a','b')", -1, -1, "text", "a", "a", "", "", "ü'", "ü'"),
                type(ColumnType.SET, "set('a','b')", -1, -1, "text", "", "", "a,b", "a,b"),
                type(
                        ColumnType.JSON,
                        "json",
                        -1,
                        -1,
                        "json",
                        "{\"b\": 1, \"a\": [1.0, \"\\u0000\", null]}",
                        "{\"b\": 1, \"a\": [1.0, \"\\u0000\", null]}",
                        "null",
                        "null",
                        "18446744073709551615",
                        "18446744073709551615"),
                type(
                        ColumnType.UUID,
                        "uuid",
                        -1,
                        -1,
                        "uuid",
                        hex("0f8fad5bd9cb469fa16570867728950e"),
                        "0f8fad5b-d9cb-469f-a165-70867728950e"),
                type(
                        ColumnType.GEOMETRY,
                        "point",
                        -1,
                        -1,
                        "bytea",
                        hex("0101000020e6100000000000000000f03f0000000000000040"),
                        "\\x0101000020e6100000000000000000f03f0000000000000040"),
                type(
                        ColumnType.VECTOR,
                        "vector(3)",
                        3,
                        -1,
                        "real[]",
                        hex("0000803f000000c0cdcccc3d"),
                        "{1,-2,0.1}",
                        hex(""),
                        "{}"),
                type(ColumnType.OTHER, "inet6", -1, -1, "text", "::1", "::1"));
    }
}
