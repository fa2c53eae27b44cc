package io.millrace.reader.mysql;

import io.millrace.servers.Server;
import io.millrace.servers.Servers;
import java.util.Arrays;
import java.util.Collections;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class BinlogMariaDbTypesIT extends BinlogTypesContract {
    @Override
    Server server() {
        return Servers.mariadb();
    }

    @Test
    void shouldCarryUuidsWhenOfAnyVersion() {
        useCatalog();
        compare(
                "a uuid",
                "'123e4567-e89b-12d3-a456-426655440000'",
                "'00000000-0000-0000-0000-000000000000'",
                "'ffffffff-ffff-ffff-ffff-ffffffffffff'",
                "'6ccd780c-baba-1026-9564-5b8c656024db'",
                "'f47ac10b-58cc-4372-a567-0e02b2c3d479'",
                "'01890a5d-ac96-774b-bcce-b302099a8057'",
                "uuid()",
                "NULL");
    }

    @Test
    void shouldCarryAddressesWhenOfBothVersions() {
        useCatalog();
        compare(
                "a inet4, b inet6, c uuid, d varchar(9) charset latin1",
                "'0.0.0.0', '::', '123e4567-e89b-12d3-a456-426655440000', 'é€'",
                "'255.255.255.255', 'ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff', '123e4567-e89b-12d3-a456-426655440000', 'é€'",
                "'10.0.0.0', '2001:db8::ff00:42:8329', '123e4567-e89b-12d3-a456-426655440000', 'é€'",
                "'1.20.255.3', '::ffff:192.0.2.128', '123e4567-e89b-12d3-a456-426655440000', 'é€'",
                "'100.99.10.9', '::192.0.2.128', '123e4567-e89b-12d3-a456-426655440000', 'é€'",
                "NULL, '1::', '123e4567-e89b-12d3-a456-426655440000', 'é€'",
                "'127.0.0.1', '::1', '123e4567-e89b-12d3-a456-426655440000', 'é€'",
                "'127.0.0.1', '1:0:0:2:0:0:0:3', '123e4567-e89b-12d3-a456-426655440000', 'é€'",
                "'127.0.0.1', '1:0:2:0:3:0:4:0', '123e4567-e89b-12d3-a456-426655440000', 'é€'",
                "'127.0.0.1', '0:1:0:1:0:1:0:1', '123e4567-e89b-12d3-a456-426655440000', 'é€'",
                "'127.0.0.1', '::1:0', '123e4567-e89b-12d3-a456-426655440000', 'é€'",
                "'127.0.0.1', '::1:0:0', '123e4567-e89b-12d3-a456-426655440000', 'é€'",
                "'127.0.0.1', '::fffe:1.2.3.4', '123e4567-e89b-12d3-a456-426655440000', 'é€'",
                "'127.0.0.1', 'abcd:ef01:0:0:1:0:0:0', '123e4567-e89b-12d3-a456-426655440000', 'é€'");
    }

    @Test
    void shouldCarryCompressedColumnsWhenOfAnyLength() {
        useCatalog();
        compare(
                "a varchar(254) compressed character set latin1, b varchar(3000) compressed, c blob compressed, d text compressed"
                        + " character set ucs2, e longtext compressed, f varbinary(300) compressed",
                "repeat('é', 254), repeat('é€😀', 900), repeat(x'00ff', 30000), repeat('é', 1000), repeat('中', 500000),"
                        + " repeat('x', 300)",
                "'', '', '', '', '', ''",
                "'a', 'b', x'00', 'c', 'd', x'00'",
                "repeat('x', 100), repeat('x', 99), repeat('y', 255), repeat('z', 256), hex(random_bytes(1000)), x'0102'",
                "NULL, NULL, NULL, NULL, NULL, NULL");
        server().execute(null, "SET GLOBAL column_compression_zlib_wrap = ON");
        try {
            compare("a text compressed", "repeat('wrapped ', 1000)", "'short'");
        } finally {
            server().execute(null, "SET GLOBAL column_compression_zlib_wrap = OFF");
        }
    }

    @Test
    void shouldCarryTimesWhenTheyAreOfTheOldFormat() {
        server().execute(null, "SET GLOBAL mysql56_temporal_format=OFF");
        try {
            useCatalog();
            compare(
                    "a time, b datetime, c timestamp null",
                    "'838:59:59', '9999-12-31 23:59:59', '2038-01-19 03:14:07'",
                    "'-838:59:59', '1000-01-01 00:00:00', '1970-01-01 00:00:01'",
                    "'-00:00:01', '0000-00-00 00:00:00', '0000-00-00 00:00:00'",
                    "NULL, NULL, NULL");
            compare(
                    "a time(1), b time(2), c time(3), d time(4), e time(5), f time(6), g datetime(1), h datetime(2), i datetime(3),"
                            + " j datetime(4), k datetime(5), l datetime(6), m timestamp(1) null, n timestamp(2) null,"
                            + " o timestamp(3) null, p timestamp(4) null, q timestamp(5) null, r timestamp(6) null",
                    each("838:59:58.999999", "9999-12-31 23:59:58.999999", "2038-01-19 03:14:06.999999"),
                    each("-838:59:58.999999", "1000-01-01 00:00:00.000001", "1970-01-01 00:00:01.000001"),
                    each("-00:00:00.123456", "0000-00-00 00:00:00", "0000-00-00 00:00:00"),
                    each("00:00:00", "2024-02-00 01:02:03.5", "2024-02-29 12:34:56.789123"),
                    each("-01:00:00.5", "2024-02-29 12:34:56.789123", "2000-01-01 00:00:00"));
        } finally {
            server().execute(null, "SET GLOBAL mysql56_temporal_format=ON");
        }
    }

    /** Each of the three for the six lengths of a fraction; the server cuts what does not fit. */
    private static String each(String... values) {
        return Arrays.stream(values)
                .flatMap(value -> Collections.nCopies(6, "'" + value + "'").stream())
                .collect(Collectors.joining(", "));
    }
}
