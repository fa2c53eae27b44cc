package io.millrace.writer.postgres;

import io.millrace.error.Finding;
import io.millrace.writer.TargetSettings;
import io.millrace.writer.TargetTable;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/** What {@code check} looks at. */
final class Preflight {
    private final PostgresSession session;
    private final TargetSettings settings;

    Preflight(PostgresSession session, TargetSettings settings) {
        this.session = session;
        this.settings = settings;
    }

    List<Finding> check(List<TargetTable> tables) throws SQLException {
        List<Finding> findings = new ArrayList<>();
        for (TargetTable table : tables) {
            findings.addAll(new Inspection(session, settings).of(table).findings());
        }
        return findings;
    }
}
