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
 * A MariaDB server: binary log on, ROW, full images and full metadata, GTIDs as it always has them, TLS, and for the
 * rest its own defaults, save that it takes little memory.
 */
public final class MariaDbServer extends Server {
    /** What of a distribution is unpacked. */
    static final String NEEDED_FILES = "bin/mariadbd|share/english/.*|share/charsets/.*|share/[a-z_]*\\.sql";

    // Each under its name of today, and after "mysql" in place of "mariadb" under that of before 11.
    private static final List<String> SYSTEM_TABLES = List.of(
            "mariadb_system_tables.sql",
            "mariadb_performance_tables.sql",
            "mariadb_system_tables_data.sql",
            "maria_add_gis_sp_bootstrap.sql",
            "mariadb_sys_schema.sql");

    MariaDbServer(ServerSettings settings) {
        super(settings);
    }

    /** A builder of servers of the newest version that is supported; {@link ServerKind#builder} has the others. */
    public static ServerBuilder<MariaDbServer> builder() {
        return new ServerBuilder<>(ServerKind.MARIADB_11_4, MariaDbServer::new);
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
        FileTree.copy(template.resolve("data"), data, Set.of());
    }

    @Override
    List<String> command() {
        Map<String, String> options = new TreeMap<>(MySqlDefaults.common(this));
        options.put("innodb_log_file_size", "96M");
        // Without one it makes a key of 4096 bits at each start, which takes from 2 to 20 seconds.
        ServerCertificate certificate = certificate();
        options.put("ssl_cert", certificate.certificate().toString());
        options.put("ssl_key", certificate.key().toString());
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

    private Path systemTables(String file) {
        Path share = distribution().home().resolve("share");
        Path named = share.resolve(file);
        return Files.exists(named) ? named : share.resolve(file.replace("mariadb_", "mysql_"));
    }

    private void makeTemplate(Path directory) throws IOException {
        Path data = Files.createDirectory(directory.resolve("data"));
        // The bootstrap reads a statement per line end, as the server's own install script feeds it.
        List<String> sql =
                new ArrayList<>(List.of("CREATE DATABASE mysql;", "USE mysql;", "SET @auth_root_socket=NULL;"));
        for (String file : SYSTEM_TABLES) {
            for (String line : Files.readAllLines(systemTables(file))) {
                if (!line.contains("@current_hostname")) {
                    sql.add(line);
                }
            }
        }
        sql.addAll(List.of(
                "FLUSH PRIVILEGES;",
                "DROP USER root@'127.0.0.1';",
                "DROP USER root@'::1';",
                "ALTER USER root@localhost IDENTIFIED BY '" + PASSWORD + "';",
                "CREATE USER root@'%' IDENTIFIED BY '" + PASSWORD + "';",
                "GRANT ALL ON *.* TO root@'%' WITH GRANT OPTION;"));
        Path script = Files.write(directory.resolve("bootstrap.sql"), sql, StandardCharsets.UTF_8);
        List<String> command = new ArrayList<>(MySqlDefaults.base(distribution(), data));
        command.addAll(List.of(
                "--bootstrap",
                "--log-warnings=0",
                "--enforce-storage-engine=",
                "--max-allowed-packet=8M",
                "--net-buffer-length=16K",
                "--innodb-log-file-size=96M"));
        Commands.require(command, distribution().environment(), script);
    }
}
