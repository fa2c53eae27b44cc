package io.millrace.reader.mysql;

import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** The tables of a {@link BinlogSample}: the reference row, three others, and one for each family of types. */
enum SampleTable {
    REFERENCE("""
            CREATE TABLE reference_rows (
              id BIGINT NOT NULL PRIMARY KEY, customer_id INT NOT NULL, quantity INT NOT NULL, status SMALLINT NOT NULL,
              amount DECIMAL(12,2) NOT NULL, weight DOUBLE NOT NULL, created_at DATETIME(6) NOT NULL,
              changed_at TIMESTAMP(3) NOT NULL, code CHAR(12) CHARACTER SET ascii NOT NULL, name VARCHAR(60) NOT NULL,
              note VARCHAR(160) NULL)
            """) {
        @Override
        String row(int i) {
            return "(" + i + ", " + i % 5000 + ", " + i % 10 + ", " + i % 5 + ", " + i % 100_000 + ".25, " + i
                    + ".5, '2024-05-06 07:08:09.123456', '2024-05-06 07:08:09.123', 'CODE" + i % 100_000
                    + "', 'A name of a person "
                    + i + "', " + (i % 10 == 0 ? "NULL" : "repeat('a note of some length ', 4)") + ")";
        }
    },
    NARROW("CREATE TABLE narrow (id BIGINT NOT NULL PRIMARY KEY, a INT UNSIGNED, b TINYINT)") {
        @Override
        String row(int i) {
            return "(" + i + ", " + i % 77 + ", " + i % 100 + ")";
        }
    },
    TEXTS(
            "CREATE TABLE texts (id BIGINT NOT NULL PRIMARY KEY, a TEXT, b VARCHAR(20) CHARACTER SET latin1, c ENUM('x','y','z'),"
                    + " d JSON)") {
        @Override
        String row(int i) {
            return "(" + i + ", repeat('some text ', " + i % 20 + "), 'latin', 'y', '{\"a\": [1, 2, " + i
                    + "], \"b\": \"text\"}')";
        }
    },
    WIDE("CREATE TABLE wide (id BIGINT NOT NULL PRIMARY KEY, "
            + IntStream.range(0, 39)
                    .mapToObj(c -> "c" + c + " "
                            + List.of("INT", "VARCHAR(20)", "DECIMAL(10,2)", "DATETIME", "BIGINT")
                                    .get(c % 5))
                    .collect(Collectors.joining(", "))
            + ")") {
        @Override
        String row(int i) {
            return "(" + i
                    + IntStream.range(0, 39)
                            .mapToObj(c -> List.of(
                                            "" + i % 1000,
                                            "'text " + i % 100 + "'",
                                            i % 1000 + ".5",
                                            "'2024-05-06 07:08:09'",
                                            "NULL")
                                    .get(c % 5))
                            .collect(Collectors.joining(", ", ", ", ")"));
        }
    },
    INTEGERS(
            "CREATE TABLE integers (id BIGINT NOT NULL PRIMARY KEY, a TINYINT, b SMALLINT UNSIGNED, c MEDIUMINT, d INT UNSIGNED,"
                    + " e BIGINT, f FLOAT, g DOUBLE, h BIT(10), i YEAR)") {
        @Override
        String row(int i) {
            return "(" + i + ", " + i % 100 + ", " + i % 1000 + ", " + -i + ", " + i + ", " + i + "77777, 1.5, " + i
                    + ".25, b'1010101', 2024)";
        }
    },
    DECIMALS(
            "CREATE TABLE decimals (id BIGINT NOT NULL PRIMARY KEY, a DECIMAL(10,2), b DECIMAL(18,6), c DECIMAL(30,10),"
                    + " d DECIMAL(65,30), e DECIMAL(5,0), f DECIMAL(9,9), g DECIMAL(20,2), h DECIMAL(12,4))") {
        @Override
        String row(int i) {
            return "(" + i + ", " + i + ".25, -" + i + ".123456, 12345678901" + i + ".5, 123456789012345678901234" + i
                    + ".123456789012345678901234567891, " + i % 99_999 + ", 0.123456789, -99999999999" + i + ".10, " + i
                    + ".0001)";
        }
    },
    TIMES(
            "CREATE TABLE times (id BIGINT NOT NULL PRIMARY KEY, a DATE, b TIME, c TIME(6), d DATETIME, e DATETIME(6), f TIMESTAMP(3)"
                    + " NULL, g TIMESTAMP(6) NULL, h DATETIME(3))") {
        @Override
        String row(int i) {
            return "(" + i + ", '2024-02-29', '-12:34:56', '838:59:58.999999', '2024-05-06 07:08:09',"
                    + " '2024-05-06 07:08:09.123456', '2024-05-06 07:08:09.123', '2024-05-06 07:08:09.654321',"
                    + " '1999-12-31 23:59:59.999')";
        }
    },
    UTF8(
            "CREATE TABLE utf8 (id BIGINT NOT NULL PRIMARY KEY, a VARCHAR(20), b VARCHAR(100), c TEXT, d CHAR(10), e BINARY(8), f VARBINARY(40),"
                    + " g BLOB, h VARCHAR(1000))") {
        @Override
        String row(int i) {
            return "(" + i + ", 'short " + i % 100
                    + "', repeat('ten bytes ', 5), repeat('ten bytes ', 12), 'fixed', X'00FF',"
                    + " X'0102030405', repeat('b', 90), repeat('long text ', 20))";
        }
    },
    CHARSETS("CREATE TABLE charsets (id BIGINT NOT NULL PRIMARY KEY, a VARCHAR(50) CHARACTER SET latin1,"
            + " b VARCHAR(50) CHARACTER SET ascii, c VARCHAR(50) CHARACTER SET latin1, d TEXT CHARACTER SET latin1)") {
        @Override
        String row(int i) {
            return "(" + i
                    + ", 'na\u00efve caf\u00e9', 'plain text of ascii', repeat('\u00fc', 30), repeat('ten bytes ', 10))";
        }
    },
    LABELS(
            "CREATE TABLE labels (id BIGINT NOT NULL PRIMARY KEY, a ENUM('new','paid','sent','done'), b SET('x','y','z','and more'),"
                    + " c ENUM('yes','no'), d SET('a','b'))") {
        @Override
        String row(int i) {
            return "(" + i + ", " + (1 + i % 4) + ", " + i % 16 + ", 'no', 'a,b')";
        }
    },
    JSON("CREATE TABLE json (id BIGINT NOT NULL PRIMARY KEY, a JSON)") {
        @Override
        String row(int i) {
            return "(" + i + ", '{\"id\": " + i
                    + ", \"name\": \"some name\", \"tags\": [\"a\", \"b\", \"c\"], \"price\": 12.5,"
                    + " \"nested\": {\"deep\": [1, 2, {\"x\": null}], \"flag\": true}}')";
        }
    };

    /** What the {@code tables} parameter of a benchmark calls the four that alternate. */
    static final List<SampleTable> FOUR = List.of(REFERENCE, NARROW, TEXTS, WIDE);

    final String create;

    SampleTable(String create) {
        this.create = create;
    }

    abstract String row(int i);

    String tableName() {
        return create.substring("CREATE TABLE ".length(), create.indexOf(' ', "CREATE TABLE ".length()));
    }

    String insert(int from, int count) {
        return IntStream.range(from, from + count)
                .mapToObj(this::row)
                .collect(Collectors.joining(", ", "INSERT INTO " + tableName() + " VALUES ", ""));
    }
}
