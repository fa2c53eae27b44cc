package io.millrace.e2e.rates;

import java.io.IOException;
import java.sql.SQLException;

/** Somebody who brings a backlog from source to target. */
interface Contender {
    String name();

    /** Of the expressions by which rows are compared those that it leaves as they are. */
    default String compared(String expressions) {
        return expressions;
    }

    /** Applies the whole backlog, and says what it took. Returns when the last change is committed at the target. */
    Measurement run(Rig rig) throws IOException, SQLException, InterruptedException;
}
