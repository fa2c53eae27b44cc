package io.millrace.reader.mysql.event;

import io.millrace.reader.mysql.statement.BinlogStatement;
import io.millrace.reader.mysql.statement.SqlDialect;
import io.millrace.reader.mysql.statement.StatementReader;
import io.millrace.schema.TableId;
import java.nio.charset.StandardCharsets;

/**
 * MariaDB's ANNOTATE_ROWS_EVENT: the statement behind the row events that follow, up to the end of their transaction. It is asked for
 * where the server leaves columns out, since it alone tells an UPDATE from a REPLACE. Its beginning suffices, and is parsed only
 * where it matters.
 *
 * <p>Confined to the stream's thread; allocates only when asked.
 */
public final class AnnotatedStatement {
    private static final int KEPT_LENGTH = 4096;

    private final byte[] text = new byte[KEPT_LENGTH];
    private int length;

    public void note(EventBytes bytes) {
        length = Math.min(KEPT_LENGTH, bytes.remaining());
        bytes.buffer().getBytes(bytes.take(length, "statement"), text, 0, length);
    }

    public void forget() {
        length = 0;
    }

    /** Whether it is known, and is an UPDATE of that table and not of another one whose trigger writes this one. */
    public boolean isUpdateOf(TableId table, EventPlace place) {
        if (length == 0) {
            return false;
        }
        // The session's SQL mode is not told; where it changes what a word is, the statement is not taken for an
        // UPDATE.
        SqlDialect dialect = SqlDialect.of(place.serverVersion(), 0);
        BinlogStatement statement =
                StatementReader.read(new String(text, 0, length, StandardCharsets.UTF_8), "", dialect);
        return statement.verb().equals("UPDATE")
                && statement.tables().stream()
                        .anyMatch(named -> named.name().equalsIgnoreCase(table.name())
                                && (named.namespace().isEmpty()
                                        || named.namespace().equalsIgnoreCase(table.namespace())));
    }
}
