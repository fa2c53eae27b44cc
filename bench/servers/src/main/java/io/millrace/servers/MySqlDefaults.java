package io.millrace.servers;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** What the command lines of MySQL and MariaDB have in common. */
final class MySqlDefaults {
    private MySqlDefaults() {}

    /** A URL for the driver that talks to both. TLS is left to the tests that are about it. */
    static String jdbcUrl(String host, int port, String database) {
        return "jdbc:mariadb://" + host + ":" + port + "/" + (database == null ? "" : database)
                + "?sslMode=disable&allowPublicKeyRetrieval=true";
    }

    /** The part of the command that says what runs and where, for initialising and running alike. */
    static List<String> base(ServerDistribution distribution, Path data) {
        Path home = distribution.home();
        List<String> command = new ArrayList<>(distribution.program());
        command.addAll(List.of(
                "--no-defaults",
                "--basedir=" + home,
                "--datadir=" + data,
                "--lc-messages-dir=" + home.resolve("share"),
                "--character-sets-dir=" + home.resolve("share/charsets")));
        if (distribution.bringsLoader()) {
            // Debian's build has these at fixed places of the system.
            command.add("--plugin-dir=" + home.resolve(DebianPackage.PLUGINS));
            command.add("--secure-file-priv=");
        }
        if (Machine.isRoot()) {
            command.add("--user=root");
        }
        return command;
    }

    /** The options that both have. */
    static Map<String, String> common(Server server) {
        Map<String, String> options = new TreeMap<>();
        options.put("log_bin", "binlog");
        options.put("binlog_format", "ROW");
        options.put("binlog_row_image", "FULL");
        options.put("binlog_row_metadata", "FULL");
        // Unique on this machine, and the same after a restart.
        options.put("server_id", Integer.toString(server.port()));
        options.put("innodb_buffer_pool_size", "256M");
        if (!Server.isSynced()) {
            options.put("sync_binlog", "0");
        }
        options.put("performance_schema", "OFF");
        options.put("character_set_server", "utf8mb4");
        options.put("default_time_zone", "+00:00");
        options.put("local_infile", "ON");
        // Theirs is a day or a year: a test that left a lock behind would hang the next, and say nothing.
        options.put("lock_wait_timeout", "120");
        options.put("max_connections", "200");
        options.put("skip_name_resolve", "");
        // Not /tmp: at its start a server removes what looks like temporary tables there, those of others too.
        options.put("tmpdir", server.directory().toString());
        if (server.settings().tls()) {
            ServerCertificate certificate = server.certificate();
            options.put("ssl_ca", certificate.certificate().toString());
            options.put("ssl_cert", certificate.certificate().toString());
            options.put("ssl_key", certificate.key().toString());
        }
        return options;
    }

    /** The command that runs the server with these options, under the settings that it was built with. */
    static List<String> command(Server server, Map<String, String> defaults) {
        List<String> command = new ArrayList<>(base(server.distribution(), server.dataDirectory()));
        command.add("--bind-address=" + server.host());
        command.add("--port=" + server.port());
        command.add("--socket=" + server.directory().resolve("socket"));
        command.add("--pid-file=" + server.directory().resolve("pid"));
        server.settings().over(defaults).forEach((name, value) -> command.add(option(name, value)));
        return command;
    }

    private static String option(String name, String value) {
        return value.isEmpty() ? "--" + name : "--" + name + "=" + value;
    }
}
