package io.millrace.daemon;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.servers.MySqlServer;
import io.millrace.servers.PostgresServer;
import io.millrace.servers.RealServers;
import io.millrace.servers.ServerKind;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The comparison logs in wherever the task does, and takes rows that are large. */
@RealServers({ServerKind.MYSQL_8_0, ServerKind.POSTGRES_16})
class VerifyIT {
    private final MySqlServer mysql;
    private final PostgresServer postgres;

    @TempDir
    Path directory;

    VerifyIT(MySqlServer mysql, PostgresServer postgres) {
        this.mysql = mysql;
        this.postgres = postgres;
    }

    private static CliEnd verify(CliTask task) {
        return task.cli().run("verify", "task.yaml");
    }

    @Test
    void shouldShowACertificateWhenTheAccountAsksForOne() throws Exception {
        mysql.execute(
                null,
                "DROP USER IF EXISTS showing",
                "CREATE USER showing IDENTIFIED BY '" + mysql.password() + "' REQUIRE X509",
                "GRANT ALL ON *.* TO showing");
        Path certificates = mysql.dataDirectory();
        CliTask task = new CliTask(directory, mysql, postgres)
                .source("user", "showing")
                .source(
                        "tls",
                        "{mode: required, cert: " + certificates.resolve("client-cert.pem") + ", key: "
                                + certificates.resolve("client-key.pem") + "}");
        task.atSource("CREATE TABLE t (id int PRIMARY KEY, v text)", "INSERT INTO t VALUES (1, 'one')");
        task.catchUp();

        CliEnd equal = verify(task);
        assertEquals(0, equal.exitCode(), equal.toString());
        task.atTarget("UPDATE " + task.targetTable("t") + " SET v = 'other'");
        CliEnd other = verify(task);
        assertEquals(1, other.exitCode(), other.toString());
    }

    /** More than a feed of rows may hold at once. */
    @Test
    @Tag("full")
    void shouldCompareRowsThatAreLarge() throws Exception {
        CliTask task = new CliTask(directory, mysql, postgres);
        task.atSource("CREATE TABLE t (id int PRIMARY KEY, v longblob)");
        for (int id = 1; id <= 6; id++) {
            task.atSource("INSERT INTO t VALUES (" + id + ", REPEAT(UNHEX('00FF10A5'), 3 * 1024 * 1024))");
        }
        task.catchUp();

        CliEnd equal = verify(task);
        assertEquals(0, equal.exitCode(), equal.toString());
        task.atTarget("UPDATE " + task.targetTable("t") + " SET v = substr(v, 1, 12582911) WHERE id = 5");
        CliEnd other = verify(task);
        assertEquals(1, other.exitCode(), other.toString());
        assertTrue(other.out().contains("5"), other.toString());
    }
}
