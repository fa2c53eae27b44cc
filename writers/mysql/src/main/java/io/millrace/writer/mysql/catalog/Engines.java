package io.millrace.writer.mysql.catalog;

import io.millrace.writer.mysql.connection.MySqlSession;
import java.sql.SQLException;
import java.util.List;

/** Which storage engines keep what a transaction that failed has done from standing. */
public final class Engines {
    private Engines() {}

    public static boolean isTransactional(MySqlSession session, String engine) throws SQLException {
        if (engine.equals("InnoDB")) {
            return true;
        }
        List<String> found = session.rows(
                "SELECT TRANSACTIONS FROM information_schema.ENGINES WHERE ENGINE = ?",
                row -> row.getString(1),
                engine);
        return found.contains("YES");
    }
}
