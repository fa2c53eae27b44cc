package io.millrace.reader.mysql.sql;

import io.millrace.connection.mysql.MySqlLogin;
import io.millrace.datasource.DataSource;
import io.millrace.error.ErrorCode;
import io.millrace.error.MillraceException;
import io.millrace.reader.mysql.event.PacketReader;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Map;

/** Connections that read: what the driver is told of them, and what it means that none comes. */
final class SqlLogin {
    private static final Map<String, String> OPTIONS = Map.of(
            "useServerPrepStmts", "true",
            "cachePrepStmts", "false",
            "transformedBitIsBoolean", "false",
            "allowLocalInfile", "false",
            // The largest row. What the driver takes of itself, a quarter of the heap, is less than the stream passes.
            "maxAllowedPacket", Integer.toString(PacketReader.LARGEST_PAYLOAD));

    private SqlLogin() {}

    static Connection connect(DataSource dataSource) {
        MySqlLogin.unreadableFile(dataSource).ifPresent(file -> {
            throw new MillraceException(
                    ErrorCode.SOURCE_TLS, "cannot read a file: dataSource=" + dataSource.name() + ", " + file);
        });
        try {
            return MySqlLogin.connect(dataSource, OPTIONS);
        } catch (SQLException e) {
            throw SqlErrors.ofLogin(e, dataSource);
        }
    }
}
