package io.millrace.reader.mysql;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.millrace.servers.Server;
import io.millrace.servers.Servers;
import org.junit.jupiter.api.Test;

class BinlogMySqlTypesIT extends BinlogTypesContract {
    @Override
    Server server() {
        return Servers.mysql();
    }

    @Test
    void shouldCarryJsonWhenOfAnyShape() {
        compare(
                "j json",
                "'{}'",
                "'[]'",
                "'{\"a\": 1, \"bb\": [1, 2.5, true, false, null, \"x\"], \"c\": {\"d\": {}}}'",
                "json_array('\\0\\Z\\b\\n\\r\\t\\\"\\\\/é€😀', char(1, 31, 12, 127 using utf8mb4))",
                "json_array(1e0, 1.5e0, 1e15, 1e14, 123456789012345e0, 1234567890123456e0, 1e16, 1e-14, 1e-15, 1e-16, 5e-324,"
                        + " 1.7976931348623157e308, -0e0, 0e0, 100e0, 1e22, 0.1e0, 2e-3, 9007199254740993e0, 2.2250738585072014e-308)",
                "json_array(32767, 32768, -32768, -32769, 65535, 65536, 2147483647, 2147483648, -2147483648, -2147483649,"
                        + " 4294967295, 4294967296, 9223372036854775807, -9223372036854775808, 18446744073709551615)",
                "json_array(cast('2015-01-15 23:24:25.12' as datetime(2)), cast('-10:11:12' as time), cast('838:59:59' as time),"
                        + " cast('2015-01-15' as date), cast(1.50 as decimal(10,2)), cast(-12345678901234567890.123 as"
                        + " decimal(30,3)), x'00ff', b'101', cast('a' as binary(3)), repeat(x'00', 100), repeat(x'01', 57),"
                        + " year('2020-01-01'))",
                "json_object('k', repeat('x', 70000), 'l', json_array(repeat('y', 200), repeat('z', 20000)))",
                "concat(repeat('[', 100), repeat(']', 100))",
                "concat(repeat('{\"a\":', 99), '1', repeat('}', 99))",
                "json_array(repeat(x'fe', 70000), json_object('deep', repeat(x'00', 65536)), cast(99999999999999999999999999999999999"
                        + ".999999999999999999999999999999 as decimal(65,30)), cast('-838:59:59.999999' as time(6)),"
                        + " cast('9999-12-31 23:59:59.999999' as datetime(6)), cast('1000-01-01' as date), b'1', 0xffffffffffffffff)",
                "concat('[', repeat('1,', 40000), '1]')",
                "'null'",
                "'true'",
                "'\"text\"'",
                "'12.25'",
                "NULL");
    }

    /** The server stores x, y, which is longitude, latitude, whatever order its text has. */
    @Test
    void shouldKeepLongitudeFirstWhenTheReferenceSystemIsGeographic() {
        Server server = server();
        String database = server.freshDatabase("axes");
        server.execute(database, "CREATE TABLE t (id int PRIMARY KEY, g geometry)");
        RecordingSink sink = new RecordingSink(StreamRun.now(server));
        try (StreamRun run = StreamRun.of(server, database, sink)) {
            server.execute(database, "INSERT INTO t VALUES (1, ST_GeomFromText('POINT(20 10)', 4326))");
            run.awaitCaughtUp(server);
        }
        String wkb = StreamRun.value(
                server,
                "SELECT HEX(ST_AsWKB(g, 'axis-order=long-lat')) FROM " + database + ".t WHERE ST_Longitude(g) = 10");
        String ewkb = wkb.substring(0, 8) + "20" + "E6100000" + wkb.substring(10);
        assertEquals(ewkb, sink.rows().get(0).after().get(1));
    }

    @Test
    void shouldCarryRandomDoublesWhenInJson() {
        long seed = Long.getLong("seed", System.nanoTime());
        System.out.println("seed=" + seed);
        java.util.Random random = new java.util.Random(seed);
        StringBuilder array = new StringBuilder("json_array(");
        for (int i = 0; i < 2000; i++) {
            double value = i % 2 == 0
                    ? Double.longBitsToDouble(random.nextLong())
                    : random.nextDouble() * Math.pow(10, random.nextInt(40) - 20);
            if (Double.isFinite(value)) {
                array.append(array.length() > 11 ? ", " : "")
                        .append(value)
                        .append(value % 1 == 0 && Math.abs(value) < 1e7 ? "e0" : "");
            }
        }
        compare("j json", array.append(')').toString());
    }

    @Test
    void shouldCarryRowsWhenTheServerHasHiddenColumns() {
        useCatalog();
        compare(
                "a int, b varchar(20), c json, KEY f ((a + 1)), KEY g ((cast(c->'$.x' as unsigned array)))",
                "1, 'x', '{\"x\": [1, 2]}'",
                "2, 'y', NULL");
    }
}
