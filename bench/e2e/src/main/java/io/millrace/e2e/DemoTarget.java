package io.millrace.e2e;

import io.millrace.servers.MariaDbServer;
import io.millrace.servers.MySqlServer;
import io.millrace.servers.PostgresServer;
import io.millrace.servers.Server;
import java.util.Locale;

/** What the demo replicates to. */
enum DemoTarget {
    POSTGRES("PostgreSQL") {
        @Override
        Server start(int memoryMib) {
            return PostgresServer.builder().memoryMiB(memoryMib).start();
        }

        @Override
        String database(Server server) {
            return server.freshDatabase("warehouse");
        }
    },
    MYSQL("MySQL") {
        @Override
        Server start(int memoryMib) {
            return MySqlServer.builder().memoryMiB(memoryMib).start();
        }
    },
    MARIADB("MariaDB") {
        @Override
        Server start(int memoryMib) {
            return MariaDbServer.builder().memoryMiB(memoryMib).start();
        }
    };

    private final String product;

    DemoTarget(String product) {
        this.product = product;
    }

    static DemoTarget of(String type) {
        return valueOf(type.toUpperCase(Locale.ROOT));
    }

    /** The {@code type:} of its data source. */
    String type() {
        return name().toLowerCase(Locale.ROOT);
    }

    String product() {
        return product;
    }

    abstract Server start(int memoryMib);

    /** The database of its data source, where the type has one; makes it. */
    String database(Server server) {
        return "";
    }
}
