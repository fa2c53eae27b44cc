package io.millrace.reader.mysql.check;

import io.millrace.error.Finding;
import io.millrace.error.Findings;
import io.millrace.reader.ChangeRequest;
import io.millrace.reader.TableDetails;
import io.millrace.reader.mysql.sql.ServerVariables;
import io.millrace.reader.mysql.sql.SqlSession;
import java.util.List;

/**
 * Everything about a server and its selected tables that a task would stumble over: first what the account may do, then how the
 * server logs, then the tables. Changes nothing.
 */
public final class Preflight {
    private final SqlSession session;

    public Preflight(SqlSession session) {
        this.session = session;
    }

    public List<Finding> check(List<TableDetails> tables, ChangeRequest request) {
        Findings findings = new Findings();
        ServerVariables variables = ServerVariables.read(session);
        new PrivilegeCheck(session, variables, findings).check(tables);
        new LoggingCheck(variables, findings).check();
        new TopologyCheck(session, variables, findings).check(tables, request);
        new TableCheck(session, variables, findings).check(tables, request.selection());
        return findings.list();
    }
}
