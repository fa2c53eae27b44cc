package io.millrace.reader.postgres.server;

import io.millrace.error.ErrorCode;
import io.millrace.error.MillraceException;
import io.millrace.reader.postgres.connection.SqlSession;
import io.millrace.reader.postgres.connection.StreamHearing;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Notices a walsender of which nothing is heard, though it is asked for a word once in a heartbeat. One that is busy is waited for: to connect
 * again would only make it begin anew. One that is no longer there, and a server that does not answer a question either, are a connection that is
 * lost, which the kernel may not notice for a quarter of an hour.
 *
 * <p>Confined to the stream's thread.
 */
public final class SilenceCheck {
    private static final Logger LOG = LoggerFactory.getLogger(SilenceCheck.class);
    private static final int MISSED_HEARTBEATS = 3;

    private final SqlSession questions;
    private final StreamHearing hearing;
    private final String slot;
    private final Duration limit;
    private long questionAt;
    private long wordAt; // when a word was asked for that may be unanswered
    private boolean isSilent;

    public SilenceCheck(SqlSession questions, StreamHearing hearing, String slot, Duration heartbeat) {
        this.questions = questions;
        this.hearing = hearing;
        this.slot = slot;
        limit = heartbeat.multipliedBy(MISSED_HEARTBEATS);
        wordAt = System.nanoTime();
        questionAt = wordAt;
    }

    /** A word was asked for. */
    public void asked(long now) {
        if (hearing.lastNanos() - wordAt > 0) {
            wordAt = now;
        }
    }

    /**
     * Called now and then.
     *
     * @throws MillraceException with SOURCE_CONNECTION_LOST
     */
    public void check(long now) {
        long silent = now - wordAt;
        if (hearing.lastNanos() - wordAt > 0 || silent < limit.toNanos()) {
            if (isSilent) {
                LOG.info("the walsender is heard of again: slot={}", slot);
            }
            isSilent = false;
            return;
        }
        if (now - questionAt < limit.toNanos()) {
            return;
        }
        int pid = questions
                .within(limit, session -> SlotState.of(session, slot))
                .map(SlotState::activePid)
                .orElse(0);
        if (pid == 0) {
            throw new MillraceException(
                    ErrorCode.SOURCE_CONNECTION_LOST,
                    "the slot's walsender is gone: slot=" + slot + ", silentMillis=" + silent / 1_000_000);
        }
        if (!isSilent) {
            LOG.warn(
                    "nothing is heard of the walsender, which is still there and is waited for: slot={}, pid={}, silentMillis={}",
                    slot,
                    pid,
                    silent / 1_000_000);
        }
        isSilent = true;
        questionAt = System.nanoTime();
    }
}
