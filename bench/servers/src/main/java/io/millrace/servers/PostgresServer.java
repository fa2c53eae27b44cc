package io.millrace.servers;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * A PostgreSQL server: logical WAL, passwords by SCRAM over TCP, the C locale, and for the rest its own defaults.
 *
 * <p>It refuses to run as root, so under root it runs as nobody, or, where that cannot be done, in a user namespace.
 */
public final class PostgresServer extends Server {
    // Numbers, because a small system may have no names.
    private static final int NOBODY = 65534;

    private final PostgresServer primary;
    private final String slot;

    PostgresServer(ServerSettings settings) {
        this(settings, null, null);
    }

    private PostgresServer(ServerSettings settings, PostgresServer primary, String slot) {
        super(settings);
        this.primary = primary;
        this.slot = slot;
    }

    /** A builder of servers of the newest version that is supported; {@link ServerKind#builder} has the others. */
    public static ServerBuilder<PostgresServer> builder() {
        return new ServerBuilder<>(ServerKind.POSTGRES_18, PostgresServer::new);
    }

    /**
     * A builder of a hot standby of this server, with its options: a copy of its data, as they are at the first start, that streams from
     * it by a physical slot of that name, which is made here, and follows with feedback. Where the version has it (17), logical slots
     * with {@code failover} are kept in step.
     */
    public ServerBuilder<PostgresServer> standby(String slot) {
        ServerBuilder<PostgresServer> builder =
                new ServerBuilder<>(kind(), settings -> new PostgresServer(settings, this, slot));
        settings().options().forEach((name, value) -> {
            if (value == null) {
                builder.unset(name);
            } else {
                builder.set(name, value);
            }
        });
        return builder;
    }

    @Override
    public String jdbcUrl(String database) {
        return "jdbc:postgresql://" + host() + ":" + port() + "/" + (database == null ? "postgres" : database);
    }

    @Override
    public String user() {
        return "postgres";
    }

    @Override
    void initialise(Path data) throws IOException {
        if (primary != null) {
            follow(data);
            return;
        }
        // Not from a template: a copy would have the system identifier of its original, and the engine tells servers
        // apart by it.
        Path password = directory().resolve("password");
        Files.write(password, PASSWORD.getBytes(StandardCharsets.US_ASCII));
        Files.createDirectory(data, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        own(data);
        own(password);
        List<String> command = asOwner();
        command.addAll(List.of(
                distribution().home().resolve("bin/initdb").toString(),
                "--pgdata=" + data,
                "--username=" + user(),
                "--pwfile=" + password,
                "--auth=scram-sha-256",
                "--encoding=UTF8",
                "--no-locale",
                "--no-sync",
                "--no-instructions"));
        if (kind().compareTo(ServerKind.POSTGRES_16) >= 0) {
            // A test connects thousands of times, and 4096 rounds take more of the processor than all else of a login.
            command.add("--set=scram_iterations=1");
        }
        Commands.require(command, distribution().environment(), null);
        Files.delete(password);
        if (settings().tls()) {
            Path key = data.resolve("server-key.pem");
            Files.copy(certificate().key(), key);
            own(key);
            Path chain = data.resolve("server-cert.pem");
            Files.copy(certificate().certificate(), chain);
            own(chain);
        }
    }

    private void follow(Path data) throws IOException {
        primary.execute(null, "SELECT pg_create_physical_replication_slot('" + slot + "', true)");
        PostgresBackup.take(primary, data);
        boolean hasSlotSync = kind().compareTo(ServerKind.POSTGRES_17) >= 0;
        Files.writeString(
                data.resolve("postgresql.auto.conf"),
                "primary_conninfo = 'host=" + primary.host() + " port=" + primary.port() + " dbname=postgres user="
                        + user() + " password=" + PASSWORD + "'\nprimary_slot_name = '" + slot
                        + "'\nhot_standby_feedback = on\nwal_receiver_status_interval = 1s\n"
                        + (hasSlotSync ? "sync_replication_slots = on\n" : ""));
        Files.createFile(data.resolve("standby.signal"));
        for (String made : List.of("backup_label", "postgresql.auto.conf", "standby.signal")) {
            own(data.resolve(made));
        }
    }

    @Override
    List<String> command() {
        Map<String, String> options = new TreeMap<>();
        options.put("listen_addresses", host());
        options.put("port", Integer.toString(port()));
        options.put("unix_socket_directories", "");
        options.put("wal_level", "logical");
        options.put("max_wal_senders", "20");
        options.put("max_replication_slots", "20");
        options.put("max_prepared_transactions", "20");
        options.put("max_connections", "200");
        options.put("shared_buffers", "256MB");
        if (!Server.isSynced()) {
            options.put("fsync", "off");
        }
        // Theirs is none: a test that left a lock behind would hang the next, and say nothing.
        options.put("lock_timeout", "120s");
        options.put("timezone", "UTC");
        options.put("log_timezone", "UTC");
        if (settings().tls()) {
            options.put("ssl", "on");
            options.put("ssl_cert_file", "server-cert.pem");
            options.put("ssl_key_file", "server-key.pem");
        }
        List<String> command = asOwner();
        command.addAll(distribution().program());
        command.addAll(List.of("-D", dataDirectory().toString()));
        settings().over(options).forEach((name, value) -> {
            command.add("-c");
            command.add(name + "=" + value);
        });
        return command;
    }

    /** Fast shutdown: sessions are ended, the WAL is written out, replication is fed to its end. */
    @Override
    String stopSignal() {
        return "INT";
    }

    @Override
    String identityQuery() {
        return "SELECT current_setting('server_version'), current_setting('data_directory')";
    }

    private static List<String> asOwner() {
        List<String> command = new ArrayList<>();
        if (!Machine.isRoot()) {
            return command;
        }
        if (Machine.program("setpriv").isPresent()) {
            command.addAll(List.of("setpriv", "--reuid=" + NOBODY, "--regid=" + NOBODY, "--clear-groups", "--"));
        } else if (Machine.program("unshare").isPresent()) {
            command.addAll(List.of("unshare", "--user", "--"));
        } else {
            throw new ServerUnavailable("PostgreSQL refuses to run as root, and neither setpriv nor unshare is here");
        }
        return command;
    }

    private static void own(Path file) throws IOException {
        if (Machine.isRoot() && Machine.program("setpriv").isPresent()) {
            Files.setAttribute(file, "unix:uid", NOBODY);
            Files.setAttribute(file, "unix:gid", NOBODY);
        }
    }
}
