package io.millrace.writer.sql;

import io.millrace.error.MillraceException;
import io.millrace.writer.Refusal;
import java.sql.SQLException;

/** Whose fault an error of a server is, in the words that all writers share. */
public interface ServerFaults {
    /** Whether another row in its place might have been written. */
    boolean isRowsFault(SQLException error);

    /** Whether somebody may have altered or replaced a table since its statements were made. */
    boolean isShapesFault(SQLException error);

    boolean isConnectionLost(SQLException error);

    /** An error of a session that stood, as one of ours: never with a row's values. */
    MillraceException of(SQLException error, String doing);

    /** What a batch is told of a row that the server refused. */
    Refusal refusal(SQLException error);

    /** The same of a row that {@link Savepoint#attempt} could not write. */
    default Refusal refusal(Exception failed) {
        return failed instanceof SQLException refused ? refusal(refused) : ((RowFault) failed).refusal();
    }
}
