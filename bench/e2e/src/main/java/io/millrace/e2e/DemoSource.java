package io.millrace.e2e;

import io.millrace.servers.MariaDbServer;
import io.millrace.servers.MySqlServer;
import io.millrace.servers.PostgresServer;
import io.millrace.servers.Server;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Locale;

/** What the demo replicates from: how each kind of server is started, filled and kept busy. */
enum DemoSource {
    MARIADB("MariaDB") {
        @Override
        Server start(int memoryMib) {
            return MariaDbServer.builder().memoryMiB(memoryMib).start();
        }
    },
    MYSQL("MySQL") {
        @Override
        Server start(int memoryMib) {
            return MySqlServer.builder().memoryMiB(memoryMib).start();
        }
    },
    POSTGRES("PostgreSQL") {
        @Override
        Server start(int memoryMib) {
            return PostgresServer.builder().memoryMiB(memoryMib).start();
        }

        @Override
        String database() {
            return Shop.DATABASE;
        }

        @Override
        long createShop(Server server, long rows) throws SQLException {
            server.execute(null, "CREATE DATABASE " + Shop.DATABASE);
            try (Connection connection = server.connect(Shop.DATABASE)) {
                return PostgresShop.create(connection, rows);
            }
        }

        @Override
        Traffic traffic(Server server, long seed) throws SQLException {
            return new PostgresShopLoad(server.connect(Shop.DATABASE), seed);
        }
    };

    private final String product;

    DemoSource(String product) {
        this.product = product;
    }

    static DemoSource of(String type) {
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

    /** The database of its data source, where the type has one. */
    String database() {
        return "";
    }

    /** Makes the shop, and returns its rows. */
    long createShop(Server server, long rows) throws SQLException {
        try (Connection connection = server.connect()) {
            return Shop.create(connection, rows);
        }
    }

    Traffic traffic(Server server, long seed) throws SQLException {
        return new ShopLoad(server.connect(Shop.DATABASE), seed);
    }
}
