package io.millrace.reader.postgres;

import io.millrace.error.ErrorCode;
import io.millrace.error.MillraceException;
import io.millrace.position.PostgresPosition;
import io.millrace.reader.ChangeRequest;
import io.millrace.reader.postgres.server.Names;
import io.millrace.reader.postgres.server.SilenceCheck;
import io.millrace.reader.postgres.server.StandbyTimeline;
import io.millrace.reader.postgres.stream.HandingOn;
import io.millrace.reader.postgres.stream.PgOutputStream;
import io.millrace.reader.postgres.watch.PublishedCheck;
import io.millrace.wal.ChangeSink;
import java.nio.ByteBuffer;
import java.sql.SQLException;
import org.postgresql.replication.LogSequenceNumber;
import org.postgresql.replication.PGReplicationStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A stream that has begun, message by message, until it is stopped or fails.
 *
 * <p>One thread reads, decodes and answers. Where no message waits, everything that the server sent is in the sink: only then, and
 * between transactions, is the LSN of a keep-alive taken as a place that the stream has passed (EXACTNESS 13). The server is
 * told of nothing but what is {@linkplain StreamWishes#acknowledge acknowledged}.
 *
 * <p>Confined to the stream's thread.
 */
final class FollowedStream {
    private static final Logger LOG = LoggerFactory.getLogger(FollowedStream.class);
    private static final long LONGEST_STATUS_NANOS = 1_000_000_000L;
    private static final long HASTE_NANOS = 10_000_000L;
    private static final long CHECK_NANOS = 5_000_000_000L;
    private static final long HEARTBEAT_NANOS = 100_000_000L;
    private static final int MESSAGES_BETWEEN_CLOCKS = 1024;

    private final StreamWishes wishes;
    private final SlotGauges gauges;
    private final String taskName;
    private final StreamConnection connection;
    private final StandbyTimeline timeline;
    private final long system;
    private final PublishedCheck published;
    private final PgOutputStream decoder;
    private final PGReplicationStream stream;
    private final ChangeSink sink;
    private final SilenceCheck silence;
    private final long statusNanos;
    private long heardNanos;
    private long checkedAt;
    private long statusAt;
    private long heartbeatAt;
    private long receivedBytes;

    /**
     * Reads nothing yet.
     *
     * @param system the server's number
     */
    FollowedStream(
            StreamWishes wishes,
            SlotGauges gauges,
            ChangeRequest request,
            StreamConnection connection,
            long system,
            PublishedCheck published,
            PgOutputStream decoder,
            PGReplicationStream stream,
            ChangeSink sink) {
        this.wishes = wishes;
        this.gauges = gauges;
        this.connection = connection;
        this.system = system;
        this.published = published;
        this.decoder = decoder;
        this.stream = stream;
        this.sink = sink;
        taskName = request.taskName();
        timeline = connection.timeline();
        silence = new SilenceCheck(
                connection.questions(), connection.hearing(), Names.of(request).slot(), request.heartbeat());
        statusNanos = Math.min(
                LONGEST_STATUS_NANOS, Math.max(HASTE_NANOS, request.heartbeat().toNanos()));
        checkedAt = System.nanoTime();
        heartbeatAt = checkedAt;
        statusAt = checkedAt - statusNanos;
    }

    /** Returns only when it is stopped. */
    void follow() throws SQLException {
        connection
                .hearing()
                .onTaken(new HandingOn(decoder::isInside, decoder::position, sink::flush, System.nanoTime()));
        try {
            read();
            answer(); // else the slot keeps, for as long as the task is stopped, what the log has
        } finally {
            connection.hearing().onTaken(now -> {});
        }
    }

    private void read() throws SQLException {
        int untilClock = MESSAGES_BETWEEN_CLOCKS;
        while (!wishes.isStopped()) {
            ByteBuffer message = next();
            if (message == null) {
                sink.flush();
                gauges.begun();
                idle();
                continue;
            }
            int length = message.remaining();
            receivedBytes += length;
            decoder.onMessage(
                    message.array(),
                    message.arrayOffset() + message.position(),
                    length,
                    stream.getLastReceiveLSN().asLong());
            gauges.heard(receivedBytes, decoder.lastCommitMicros());
            if (--untilClock == 0) {
                untilClock = MESSAGES_BETWEEN_CLOCKS;
                gauges.begun();
                tell(System.nanoTime());
            }
        }
    }

    /** The driver hands a message out as one array, whatever its size (EXACTNESS 20). */
    private ByteBuffer next() throws SQLException {
        try {
            return stream.readPending();
        } catch (OutOfMemoryError e) {
            throw new MillraceException(
                    ErrorCode.ROW_TOO_LARGE,
                    "a row does not fit into the heap: behind="
                            + PostgresPosition.lsnText(
                                    stream.getLastReceiveLSN().asLong()) + ", heapBytes="
                            + Runtime.getRuntime().maxMemory(),
                    e);
        }
    }

    /** No message waits: everything before the server's last word is decoded. */
    private void idle() throws SQLException {
        long now = System.nanoTime();
        long heard = stream.getLastReceiveLSN().asLong();
        long passed = decoder.position();
        if (!decoder.isInside() && Long.compareUnsigned(heard, passed) > 0 && now - heartbeatAt >= heartbeatNanos()) {
            heartbeatAt = now;
            decoder.passed(heard);
            sink.heartbeat(place().at(system, timeline.timeline(), heard), 0);
            sink.flush();
        }
        if (connection.hearing().lastNanos() != heardNanos) {
            heardNanos = connection.hearing().lastNanos();
            gauges.waited();
        }
        silence.check(now);
        tell(now);
    }

    private long heartbeatNanos() {
        return wishes.isHastened() ? HASTE_NANOS : HEARTBEAT_NANOS;
    }

    private PostgresPosition place() {
        if (sink.position() instanceof PostgresPosition place) {
            return place;
        }
        throw new MillraceException(
                ErrorCode.INVARIANT,
                "not a position of PostgreSQL: position=" + sink.position().text());
    }

    /** Says what is safe, and asks the server for a word. */
    private void tell(long now) throws SQLException {
        if (now - statusAt < (wishes.isHastened() ? HASTE_NANOS : statusNanos)) {
            return;
        }
        wishes.hastened();
        statusAt = now;
        if (now - checkedAt >= CHECK_NANOS || published.isNoticed()) {
            checkedAt = now;
            published.check(decoder.position());
        }
        followTimeline();
        answer();
        silence.asked(now);
    }

    private void answer() throws SQLException {
        long place = wishes.acknowledged();
        if (place != 0) {
            LogSequenceNumber safe = LogSequenceNumber.valueOf(place);
            stream.setFlushedLSN(safe);
            stream.setAppliedLSN(safe);
        }
        stream.forceUpdateStatus();
    }

    /** What was read before the word came is of the new timeline's history, too: a standby streams what it has replayed. */
    private void followTimeline() {
        if (!timeline.hasChanged()) {
            return;
        }
        decoder.onTimeline(timeline.timeline());
        if (!decoder.isInside()) {
            PostgresPosition place = place();
            sink.heartbeat(place.at(place.system(), timeline.timeline(), place.lsn()), 0);
            sink.flush();
        }
        LOG.info("the standby has come to another timeline: task={}, timeline={}", taskName, timeline.timeline());
    }
}
