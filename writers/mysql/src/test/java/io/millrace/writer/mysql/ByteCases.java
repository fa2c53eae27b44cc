package io.millrace.writer.mysql;

import static io.millrace.writer.mysql.TypeCase.hex;
import static io.millrace.writer.mysql.TypeCase.type;

import io.millrace.schema.ColumnType;
import io.millrace.writer.mysql.connection.Dialect;
import java.util.HexFormat;
import java.util.List;

/** Texts and bytes of MySQL and MariaDB, and what one of the two alone has. */
final class ByteCases {
    private static final String LATIN = "latin1_swedish_ci";

    private ByteCases() {}

    static List<TypeCase> all() {
        String odd = "\\N \t\n\r\b\"'{},;\u0000\u0001\u001a\u007f ${x} ? $1 ";
        String all = "Grüße, 世界, \uD83D\uDE00, İı, e\u0301";
        String general = "utf8mb4_general_ci";
        byte[] everyByte = new byte[256];
        for (int i = 0; i < everyByte.length; i++) {
            everyByte[i] = (byte) i;
        }
        String everyHex = HexFormat.of().withUpperCase().formatHex(everyByte);
        return List.of(
                type(
                                ColumnType.TEXT,
                                "varchar(60)",
                                60,
                                -1,
                                general,
                                "varchar(60)",
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
                                "trailing blanks   ")
                        .refusing("x".repeat(61), "x".repeat(60) + " ", "\uD83D\uDE00".repeat(61)),
                type(ColumnType.TEXT, "varchar(20)", 20, -1, LATIN, "varchar(20)", "Grüße €", "Grüße €")
                        .refusing("世界"),
                type(ColumnType.TEXT, "char(5)", 5, -1, general, "char(5)", "ab", "ab", "abcde", "abcde")
                        .refusing("abcdef"),
                type(ColumnType.TEXT, "tinytext", 255, -1, general, "tinytext", all, all)
                        .refusing("x".repeat(256)),
                type(ColumnType.TEXT, "text", 65535, -1, general, "text", "x".repeat(65535), "x".repeat(65535))
                        .refusing("x".repeat(65536)),
                type(
                        ColumnType.TEXT,
                        "longtext",
                        Integer.MAX_VALUE,
                        -1,
                        general,
                        "longtext",
                        "long ".repeat(400_000),
                        "long ".repeat(400_000)),
                type(
                                ColumnType.BINARY,
                                "varbinary(255)",
                                255,
                                -1,
                                "",
                                "varbinary(255)",
                                hex(""),
                                "",
                                hex("00ff5c27220a"),
                                "00FF5C27220A")
                        .refusing(new byte[256]),
                type(ColumnType.BINARY, "blob", 65535, -1, "", "blob", everyByte, everyHex)
                        .refusing(new byte[65536]),
                type(ColumnType.BINARY, "binary(4)", 4, -1, "", "binary(4)", hex("00ff0000"), "00FF0000")
                        .refusing(new byte[5]),
                type(ColumnType.ENUM, "enum('a','b','ü''\\\\')", -1, -1, general, "enum", "a", "a", "ü'\\", "ü'\\")
                        .refusing("c", ""),
                type(ColumnType.SET, "set('a','b','ü''\\\\')", -1, -1, general, "set", "", "", "a,b", "a,b")
                        .refusing("c", "a,c"),
                type(
                                ColumnType.GEOMETRY,
                                "point",
                                -1,
                                -1,
                                "",
                                "point",
                                hex("0101000020e6100000000000000000f03f0000000000000040"),
                                "E61000000101000000000000000000F03F0000000000000040",
                                hex("0101000000000000000000f03f0000000000000040"),
                                "000000000101000000000000000000F03F0000000000000040")
                        .refusing(hex("01"), hex("01010000ff000000000000f03f0000000000000040")));
    }

    static List<TypeCase> ofDialect(Dialect dialect) {
        String uuid = "0f8fad5b-d9cb-469f-a165-70867728950e";
        byte[] uuidBytes = hex(uuid.replace("-", ""));
        String json = "{\"b\": 1, \"a\": [1.0, \"\\u0000\", null]}";
        String large = "18446744073709551615";
        if (dialect == Dialect.MYSQL) {
            String sorted = "{\"a\": [1.0, \"\\u0000\", null], \"b\": 1}";
            return List.of(
                    type(ColumnType.JSON, "json", -1, -1, "", "json", json, sorted, "null", "null", large, large)
                            .refusing("{\"canary\": ", ""),
                    type(ColumnType.UUID, "uuid", -1, -1, "", "char(36)", uuidBytes, uuid),
                    type(ColumnType.OTHER, "inet6", -1, -1, "", "longtext", "::1", "::1"));
        }
        return List.of(
                type(ColumnType.JSON, "longtext", -1, -1, "utf8mb4_bin", "longtext", json, json, large, large)
                        .refusing("{\"canary\": ", ""),
                type(ColumnType.UUID, "uuid", -1, -1, "", "uuid", uuidBytes, uuid),
                type(ColumnType.OTHER, "inet6", -1, -1, "", "inet6", "::1", "::1")
                        .refusing("canary"));
    }
}
