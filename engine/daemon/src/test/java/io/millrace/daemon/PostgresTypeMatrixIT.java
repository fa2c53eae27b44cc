package io.millrace.daemon;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.millrace.servers.RealServers;
import io.millrace.servers.Server;
import io.millrace.servers.ServerKind;
import io.millrace.servers.Servers;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Every type of PostgreSQL, the whole way: its values are loaded, written again, moved to other keys and deleted in the stream. A PostgreSQL target has the
 * source's own text of each of them; a MySQL target what {@code verify}, which shares no code with the data path, says is equal. Defaults of both databases are
 * hostile: nothing that a session does not say itself may change a value.
 */
@RealServers({ServerKind.POSTGRES_18, ServerKind.POSTGRES_15, ServerKind.MYSQL_8_0})
@Timeout(400)
class PostgresTypeMatrixIT {
    /** A type, and values of it. */
    private record Type(String name, List<String> values) {
        Type(String name, String... values) {
            this(name, List.of(values));
        }
    }

    private static final List<Type> EVERYWHERE = List.of(
            new Type("boolean", "true", "false"),
            new Type("smallint", "-32768", "32767"),
            new Type("integer", "-2147483648", "2147483647"),
            new Type("bigint", "-9223372036854775808", "9223372036854775807"),
            new Type("numeric(30,10)", "-12345678901234567890.0123456789", "0.0000000001"),
            new Type("numeric(5,2)", "999.99", "-0.01"),
            new Type("real", "'1.17549435e-38'", "'3.4028235e38'", "0.1"),
            new Type("double precision", "'2.2250738585072014e-308'", "'1.7976931348623157e308'", "0.1"),
            new Type("text", "''", "'Ünï😀 \\\\ '' \" %'", "repeat('ä', 5000)"),
            new Type("varchar(20)", "'twenty characters ok'", "' spaces  '"),
            new Type("char(5)", "'ab'", "'abcde'"),
            new Type("bytea", "'\\x'", "'\\x00ff5c27'"),
            new Type("uuid", "'00000000-0000-0000-0000-000000000000'", "'ffffffff-ffff-ffff-ffff-ffffffffffff'"),
            new Type("date", "'2024-02-29'", "'1000-01-01'", "'9999-12-31'"),
            new Type("time(6)", "'00:00:00'", "'23:59:59.999999'"),
            new Type("timestamp(6)", "'2024-02-29 23:59:59.999999'", "'1000-01-01 00:00:00'"),
            new Type("timestamptz(6)", "'2024-03-31 02:30:00.000001+02'", "'1990-01-01 00:00:00-11:30'"),
            new Type("json", "'{\"a\": [1, null, \"ä\"]}'", "'17'"),
            new Type(
                    "jsonb",
                    "'{\"b\": 1e3, \"a\": {}}'",
                    "'null'",
                    "'[0.12345678901234567890, {\"a\": 0.41384962831330796}, 12345678901234567890123]'"),
            new Type("double precision[]", "'{0.41384962831330796,1e300,NULL}'"),
            new Type("numeric[]", "'{0.12345678901234567890,-12345678901234567890123}'"),
            new Type("integer[]", "'{}'", "'{1,NULL,-3}'"),
            new Type("text[]", "ARRAY['a,b', NULL, '\"\\', '{}', '']"),
            new Type("inet", "'10.0.0.1/8'", "'::1'"),
            new Type("cidr", "'10.0.0.0/8'"),
            new Type("macaddr", "'08:00:2b:01:02:03'"),
            new Type("interval", "'1 year 2 mons -3 days 04:05:06.789'", "'-00:00:00.000001'"),
            new Type("int4range", "'[1,5)'", "'empty'"),
            new Type("tstzrange", "'[2024-01-01 00:00+00,)'"),
            new Type("bit(8)", "B'10100001'"),
            new Type("varbit(20)", "B''", "B'101'"),
            new Type("point", "'(1.5,-2)'"),
            new Type("box", "'(3,4),(1,2)'"),
            new Type("tsvector", "'a:1 fat:2 cat:3'"),
            new Type("xml", "'<a b=\"1\">c</a>'"),
            new Type("money", "1234.56", "-0.01"),
            new Type("pg_lsn", "'16/B374D848'"),
            new Type("mood", "'glad'", "'so \"so\"'"),
            new Type("short_text", "'domain'"));

    /** What MySQL has no value for. */
    private static final List<Type> AT_POSTGRES = List.of(
            new Type("numeric", "'NaN'", "'Infinity'", "1e100", "-1e-100"),
            new Type("real", "'NaN'", "'-Infinity'"),
            new Type("double precision", "'NaN'", "'Infinity'", "'-0'"),
            new Type("date", "'infinity'", "'0044-03-15 BC'"),
            new Type("timestamp", "'-infinity'", "'294276-12-31 23:59:59.999999'"),
            new Type("timestamptz", "'4713-01-01 00:00:00+00 BC'"),
            new Type("timetz", "'23:59:59.999999-11:30'"));

    private static final List<String> HOSTILE = List.of(
            "TimeZone = 'Asia/Kathmandu'",
            "DateStyle = 'SQL, DMY'",
            "IntervalStyle = 'sql_standard'",
            "extra_float_digits = 0",
            "bytea_output = 'escape'");

    @TempDir
    Path directory;

    private CliTask task;
    private final List<Type> types = new ArrayList<>();

    private void begin(Server source, Server target) {
        task = new CliTask(directory, source, target);
        task.source("database", task.database)
                .tables("[public.*]")
                .with("dirty: {limit: 0}\nresources: {write_concurrency: 2}");
        hostile(source, task.database);
        types.addAll(EVERYWHERE);
        if (!CliTask.type(target).equals("mysql")) {
            hostile(target, task.targetDatabase);
            types.addAll(AT_POSTGRES);
            task.atTarget(
                    "CREATE TYPE public.mood AS ENUM ('sad', 'so \"so\"', 'glad')",
                    "CREATE DOMAIN public.short_text AS varchar(10)");
        }
        task.atSource(
                "CREATE TYPE mood AS ENUM ('sad', 'so \"so\"', 'glad')", "CREATE DOMAIN short_text AS varchar(10)");
        for (int i = 0; i < types.size(); i++) {
            task.atSource("CREATE TABLE t" + i + " (id int PRIMARY KEY, v "
                    + types.get(i).name() + ")");
        }
    }

    private static void hostile(Server server, String database) {
        HOSTILE.forEach(setting -> server.execute(null, "ALTER DATABASE " + database + " SET " + setting));
    }

    /** Rows from a number on: each value, and NULL. */
    private void fill(int from) {
        for (int i = 0; i < types.size(); i++) {
            int id = from;
            for (String value : types.get(i).values()) {
                task.atSource("INSERT INTO t" + i + " VALUES (" + id++ + ", " + value + ")");
            }
            task.atSource("INSERT INTO t" + i + " VALUES (" + id + ", NULL)");
        }
    }

    private void change() {
        for (int i = 0; i < types.size(); i++) {
            String table = "t" + i;
            task.atSource(
                    "UPDATE " + table + " SET id = id + 1000 WHERE id = 100",
                    "UPDATE " + table + " SET v = (SELECT b.v FROM " + table + " b WHERE b.id = 1) WHERE id = 101",
                    "DELETE FROM " + table + " WHERE id = 0");
        }
    }

    private void carry() throws Exception {
        fill(0);
        task.catchUp();
        fill(100);
        change();
        task.catchUp();
    }

    private void remove() {
        CliEnd removed = task.cli().run("remove", "task.yaml", "--slot", "--yes");
        assertEquals(0, removed.exitCode(), removed.toString());
    }

    private void shouldHaveTheSourcesText(Server source) throws Exception {
        begin(source, Servers.postgres());
        carry();
        for (int i = 0; i < types.size(); i++) {
            String text = "SELECT id, v::text FROM public.t" + i + " ORDER BY id";
            assertEquals(
                    task.sourceRows(text), task.targetRows(text), types.get(i).name());
        }
        remove();
    }

    @Test
    @Tag("full")
    void shouldHaveTheSourcesTextAtPostgresWhenTheSourceIsTheNewest() throws Exception {
        shouldHaveTheSourcesText(Servers.postgres());
    }

    @Tag("full")
    @Test
    void shouldHaveTheSourcesTextAtPostgresWhenTheSourceIsTheOldest() throws Exception {
        shouldHaveTheSourcesText(Servers.shared(ServerKind.POSTGRES_15));
    }

    @Test
    void shouldBeEqualByTheRulesAtMySql() throws Exception {
        begin(Servers.postgres(), Servers.mysql());
        carry();
        CliEnd verified = task.cli().run("verify", "task.yaml");
        assertEquals(0, verified.exitCode(), verified.toString());
        remove();
    }
}
