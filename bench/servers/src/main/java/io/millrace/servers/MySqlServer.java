package io.millrace.servers;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * A MySQL server: binary log on, ROW, full images and full metadata, GTIDs, a certificate that it made itself, and for
 * the rest its own defaults, save that it takes little memory.
 */
public final class MySqlServer extends Server {
    // Each server makes its own identity at its first start.
    private static final Set<String> IDENTITY_FILES = Set.of("auto.cnf");

    MySqlServer(ServerSettings settings) {
        super(settings);
    }

    /** A builder of servers of the oldest version that is supported; {@link ServerKind#builder} has the others. */
    public static ServerBuilder<MySqlServer> builder() {
        return new ServerBuilder<>(ServerKind.MYSQL_8_0, MySqlServer::new);
    }

    @Override
    public String jdbcUrl(String database) {
        return MySqlDefaults.jdbcUrl(host(), port(), database);
    }

    @Override
    public String user() {
        return "root";
    }

    @Override
    void initialise(Path data) throws IOException {
        Path template = cache().entry(kind().cacheName() + "-data-1", this::makeTemplate);
        FileTree.copy(template.resolve("data"), data, IDENTITY_FILES);
    }

    @Override
    List<String> command() {
        Map<String, String> options = new TreeMap<>(MySqlDefaults.common(this));
        options.put("gtid_mode", "ON");
        options.put("enforce_gtid_consistency", "ON");
        options.put("mysqlx", "OFF");
        if (!isSynced()) {
            // Not MariaDB: there a binlog file can be purged only once InnoDB has flushed all that was committed in it.
            options.put("innodb_flush_log_at_trx_commit", "2");
        }
        options.put("innodb_redo_log_capacity", "128M");
        return MySqlDefaults.command(this, options);
    }

    @Override
    String stopSignal() {
        return "TERM";
    }

    @Override
    String identityQuery() {
        return "SELECT version(), @@datadir";
    }

    private void makeTemplate(Path directory) throws IOException {
        Path data = directory.resolve("data");
        Path users = directory.resolve("users.sql");
        Files.write(
                users,
                List.of(
                        "ALTER USER root@localhost IDENTIFIED BY '" + PASSWORD + "';",
                        "CREATE USER root@'%' IDENTIFIED BY '" + PASSWORD + "';",
                        "GRANT ALL ON *.* TO root@'%' WITH GRANT OPTION;"),
                StandardCharsets.US_ASCII);
        List<String> command = new ArrayList<>(MySqlDefaults.base(distribution(), data));
        command.add("--initialize-insecure");
        command.add("--init-file=" + users);
        // Otherwise most of a template would be an empty log.
        command.add("--innodb-redo-log-capacity=8M");
        Commands.require(command, distribution().environment(), null);
    }
}
