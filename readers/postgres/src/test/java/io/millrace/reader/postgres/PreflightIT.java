package io.millrace.reader.postgres;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.datasource.DataSource;
import io.millrace.datasource.Secret;
import io.millrace.error.ErrorCode;
import io.millrace.error.Finding;
import io.millrace.reader.ChangeRequest;
import io.millrace.servers.PostgresServer;
import io.millrace.servers.RealServers;
import io.millrace.servers.ServerKind;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** What {@code check} finds at a server, and that it changes nothing there. */
@RealServers(ServerKind.POSTGRES_18)
class PreflightIT {
    private final PostgresServer server;

    PreflightIT(PostgresServer server) {
        this.server = server;
    }

    private static List<Finding> check(DataSource at, ChangeRequest request) {
        try (PostgresSource source = new PostgresSource(at)) {
            return source.check(source.tables(request.selection()), request);
        }
    }

    private static Map<String, String> bySubject(List<Finding> findings, ErrorCode code) {
        return findings.stream()
                .filter(finding -> finding.code() == code)
                .collect(
                        Collectors.toMap(Finding::subject, Finding::message, (first, second) -> first + "; " + second));
    }

    @Test
    void shouldRefuseTablesWhoseUpdatesWouldFailOrWhoseRowsAreNotInTheWal() {
        try (TestDatabase database = new TestDatabase(server)) {
            database.execute(
                    "CREATE UNLOGGED TABLE fleeting (id int PRIMARY KEY)",
                    "CREATE TABLE bare (id int)",
                    "CREATE TABLE full_ (id int)",
                    "ALTER TABLE full_ REPLICA IDENTITY FULL",
                    "CREATE TABLE late (id int PRIMARY KEY DEFERRABLE)",
                    "CREATE TABLE root (id int, v text) PARTITION BY RANGE (id)",
                    "CREATE TABLE leaf PARTITION OF root FOR VALUES FROM (0) TO (10)",
                    "ALTER TABLE root ADD PRIMARY KEY (id)",
                    "ALTER TABLE leaf REPLICA IDENTITY NOTHING",
                    "CREATE TABLE computed (id int PRIMARY KEY, w int GENERATED ALWAYS AS (id + 1) VIRTUAL)",
                    "ALTER TABLE computed REPLICA IDENTITY FULL",
                    "CREATE TABLE good (id int PRIMARY KEY)");
            Map<String, String> refused =
                    bySubject(check(database.dataSource(), database.request()), ErrorCode.TABLE_REFUSED);
            assertEquals(
                    Set.of("public.fleeting", "public.bare", "public.late", "public.root", "public.computed"),
                    refused.keySet());
            assertTrue(refused.get("public.fleeting").contains("unlogged"), refused.toString());
            assertTrue(refused.get("public.bare").contains("no replica identity"), refused.toString());
            assertTrue(refused.get("public.root").contains("partitions=[public.leaf]"), refused.toString());
            assertTrue(refused.get("public.computed").contains("virtual generated columns"), refused.toString());
            assertEquals("0", database.value("SELECT count(*) FROM pg_publication"));
            assertEquals(
                    "0",
                    database.value(
                            "SELECT count(*) FROM pg_replication_slots WHERE slot_name = '" + database.slot() + "'"));
        }
    }

    @Test
    void shouldAskForTheFullIdentityWhenADeclaredKeyIsNotInTheOthers() {
        try (TestDatabase database = new TestDatabase(server)) {
            database.execute("CREATE TABLE a (id int PRIMARY KEY, code int NOT NULL)");
            ChangeRequest request = database.keyed("code");
            String refused = bySubject(check(database.dataSource(), request), ErrorCode.TABLE_REFUSED)
                    .get("public.a");
            assertTrue(refused.contains("a replica identity that does not hold its key: key=[code]"), refused);
            database.execute("ALTER TABLE a REPLICA IDENTITY FULL");
            assertEquals(Map.of(), bySubject(check(database.dataSource(), request), ErrorCode.TABLE_REFUSED));
        }
    }

    @Test
    void shouldRefuseADeclaredKeyThatTellsNoRowsApart() {
        try (TestDatabase database = new TestDatabase(server)) {
            database.execute(
                    "CREATE TABLE a (id int PRIMARY KEY, code int NOT NULL)",
                    "CREATE TABLE b (id int PRIMARY KEY, code int)",
                    "CREATE TABLE c (id int PRIMARY KEY, code int NOT NULL UNIQUE)",
                    "CREATE TABLE d (id int PRIMARY KEY, code int NOT NULL, gone boolean)",
                    "CREATE UNIQUE INDEX ON d (code) WHERE NOT gone");
            for (String table : List.of("a", "b", "c", "d")) {
                database.execute("ALTER TABLE " + table + " REPLICA IDENTITY FULL");
            }
            Map<String, String> told =
                    bySubject(check(database.dataSource(), database.keyed("code")), ErrorCode.INVALID_VALUE);
            assertEquals(Set.of("public.a", "public.b", "public.d"), told.keySet());
            assertTrue(told.get("public.a").contains("is not unique by any index"), told.toString());
            assertTrue(told.get("public.b").contains("may be NULL"), told.toString());
            assertTrue(told.get("public.d").contains("is not unique by any index"), told.toString());
            assertEquals(
                    Map.of(), bySubject(check(database.dataSource(), database.request()), ErrorCode.INVALID_VALUE));
        }
    }

    @Test
    void shouldNameEachPrivilegeThatIsMissing() {
        try (TestDatabase database = new TestDatabase(server)) {
            String role = "role_" + database.name();
            database.execute(
                    "CREATE TABLE a (id int PRIMARY KEY)",
                    "CREATE ROLE " + role + " LOGIN PASSWORD 'weak'",
                    "GRANT USAGE ON SCHEMA public TO " + role);
            DataSource super_ = database.dataSource();
            DataSource weak = new DataSource(
                    "weak",
                    "postgres",
                    super_.host(),
                    super_.port(),
                    super_.database(),
                    role,
                    Secret.of("weak"),
                    super_.tlsMode(),
                    super_.tlsCa(),
                    super_.connectTimeout());
            Map<String, String> missing = bySubject(check(weak, database.request()), ErrorCode.SOURCE_PRIVILEGE);
            assertEquals(
                    Set.of("REPLICATION", "CREATE on the database", "SELECT on public.a", "ownership of public.a"),
                    missing.keySet());
            database.execute(
                    "ALTER ROLE " + role + " REPLICATION",
                    "GRANT CREATE ON DATABASE " + database.name() + " TO " + role,
                    "ALTER TABLE a OWNER TO " + role);
            assertEquals(Map.of(), bySubject(check(weak, database.request()), ErrorCode.SOURCE_PRIVILEGE));
            database.execute("ALTER TABLE a OWNER TO " + server.user(), "DROP OWNED BY " + role, "DROP ROLE " + role);
        }
    }

    @Test
    void shouldListSlotsThatNobodyReadsAndTellOfTheOneThatIsLost() {
        try (TestDatabase database = new TestDatabase(server);
                TestDatabase another = new TestDatabase(server)) {
            database.execute("CREATE TABLE a (id int PRIMARY KEY)");
            another.execute("SELECT pg_create_logical_replication_slot('" + another.slot() + "', 'pgoutput')");
            Map<String, String> found =
                    bySubject(check(database.dataSource(), database.request()), ErrorCode.SOURCE_SETTING);
            String orphan = found.get(another.slot());
            assertTrue(orphan.contains("keeps WAL") && orphan.contains("database=" + another.name()), found.toString());
            another.execute("SELECT pg_drop_replication_slot('" + another.slot() + "')");
            assertEquals(
                    null,
                    bySubject(check(database.dataSource(), database.request()), ErrorCode.SOURCE_SETTING)
                            .get(another.slot()));
        }
    }

    /** A server that nothing was prepared at. */
    @Test
    void shouldNameSettingsThatReplicationNeeds() {
        try (PostgresServer plain = PostgresServer.builder()
                        .set("wal_level", "replica")
                        .set("max_replication_slots", "0")
                        .set("max_slot_wal_keep_size", "64MB")
                        .set("idle_replication_slot_timeout", "1h")
                        .start();
                TestDatabase database = new TestDatabase(plain)) {
            database.execute("CREATE TABLE a (id int PRIMARY KEY)");
            List<Finding> findings = check(database.dataSource(), database.request());
            Map<String, String> found = bySubject(findings, ErrorCode.SOURCE_SETTING);
            assertEquals(
                    Set.of(
                            "wal_level",
                            "max_replication_slots",
                            "max_slot_wal_keep_size",
                            "idle_replication_slot_timeout",
                            "ddl"),
                    found.keySet());
            assertTrue(findings.stream().noneMatch(each -> each.fix().isEmpty()), findings.toString());
        }
    }
}
