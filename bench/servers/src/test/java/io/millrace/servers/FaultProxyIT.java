package io.millrace.servers;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The proxy in front of what it is made for. */
class FaultProxyIT {
    @ParameterizedTest
    @EnumSource
    void shouldBreakTheSessionWhenCutAndServeTheNext(ServerKind kind) throws SQLException {
        Server server = Servers.shared(kind);
        try (FaultProxy proxy = FaultProxy.to(server)) {
            String url = server.jdbcUrl(null).replace(":" + server.port() + "/", ":" + proxy.port() + "/");
            try (Connection connection = DriverManager.getConnection(url, server.user(), server.password());
                    Statement statement = connection.createStatement()) {
                assertTrue(statement.execute("SELECT 1"));
                proxy.cut();
                assertThrows(SQLException.class, () -> statement.execute("SELECT 1"));
            }
            try (Connection connection = DriverManager.getConnection(url, server.user(), server.password());
                    Statement statement = connection.createStatement()) {
                assertTrue(statement.execute("SELECT 1"));
            }
            assertEquals(2, proxy.connectionCount());
        }
    }
}
