package io.millrace.reader.postgres.stream;

import io.millrace.position.PostgresPosition;
import io.millrace.reader.postgres.statement.DdlTrigger;
import io.millrace.reader.postgres.value.MessageBytes;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What somebody wrote by {@code pg_logical_emit_message}. One that is not transactional comes where it stands in the WAL. Of all of them
 * only those of {@link DdlTrigger} mean anything; one whose prefix is like ours is said once a connection and passed over: anybody may write
 * one, and it carries no row. Confined to the stream's thread.
 */
final class LogicalMessages {
    private static final Logger LOG = LoggerFactory.getLogger(LogicalMessages.class);
    private static final int TRANSACTIONAL = 1;
    private static final String OWN_PREFIX = "millrace.";

    private final boolean hasHints;
    private long passed;
    private int length;
    private boolean isWarned;

    /**
     * Of one connection.
     *
     * @param hasHints whether DDL is read of messages
     */
    LogicalMessages(boolean hasHints) {
        this.hasHints = hasHints;
    }

    /** Messages of others. */
    long passed() {
        return passed;
    }

    /** Of the content of the last one that {@link #read} said is DDL. */
    int length() {
        return length;
    }

    private void warn(long lsn) {
        if (!isWarned) {
            isWarned = true;
            LOG.warn(
                    "a logical message is like Millrace's own and none of them, passed over: lsn={}",
                    PostgresPosition.lsnText(lsn));
        }
    }

    /** Reads a message, behind its type byte; where it is DDL, up to its content. */
    boolean read(MessageBytes message, boolean isInBlock, boolean isInside) {
        if (isInBlock) {
            message.i32(); // of the transaction at the top, whichever subtransaction wrote it
        }
        int flags = message.u8();
        if (flags > TRANSACTIONAL) {
            throw message.failure("flags=0x" + Integer.toHexString(flags));
        }
        if (flags == TRANSACTIONAL && !isInside) {
            throw message.failure("out of order, open=none");
        }
        message.i64();
        String prefix = message.text();
        length = message.i32();
        if (hasHints && flags == TRANSACTIONAL && prefix.equals(DdlTrigger.PREFIX)) {
            return true;
        }
        message.skip(length);
        message.requireEnd();
        if (prefix.startsWith(OWN_PREFIX) && !prefix.equals(DdlTrigger.PREFIX)) {
            warn(message.lsn());
        }
        passed++;
        return false;
    }
}
