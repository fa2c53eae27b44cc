package io.millrace.reader.postgres;

import io.millrace.datasource.DataSource;
import io.millrace.error.MillraceException;
import io.millrace.position.PostgresPosition;
import io.millrace.position.SourcePosition;
import io.millrace.reader.ChangeReader;
import io.millrace.reader.ChangeRequest;
import io.millrace.reader.ChangeStatus;
import io.millrace.reader.SourceGlance;
import io.millrace.reader.postgres.connection.SqlErrors;
import io.millrace.reader.postgres.connection.SqlSession;
import io.millrace.reader.postgres.connection.StreamHearing;
import io.millrace.reader.postgres.server.LoadedPlace;
import io.millrace.reader.postgres.server.Names;
import io.millrace.reader.postgres.server.ServerPositions;
import io.millrace.reader.postgres.server.SlotState;
import io.millrace.reader.postgres.server.StandbyTimeline;
import io.millrace.reader.postgres.statement.SeenTable;
import io.millrace.schema.TableId;
import io.millrace.wal.ChangeSink;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Streams a slot into a sink, one connection a {@link #run}: {@link StreamOpening} opens the stream, {@link FollowedStream} follows it.
 *
 * <p>{@link #run} is confined to one thread; {@link #stop}, {@link #status}, {@link #acknowledge} and {@link #close} may be called
 * from any. Owns its connections.
 */
final class PostgresReader implements ChangeReader {
    private static final long FAREWELL_MILLIS = 500;

    private final DataSource dataSource;
    private final ChangeRequest request;
    private final Names names;
    private final StreamWishes wishes = new StreamWishes();
    private final SlotGauges gauges = new SlotGauges();
    private final StreamOpening opening;
    private volatile StreamConnection connection;
    private volatile CountDownLatch ended = new CountDownLatch(0);

    /**
     * Of one task.
     *
     * @param loaded by the chunks of the same source
     * @param planned tables of the task; empty for whatever is there at the first connect
     * @param looked how the catalog had them when they were planned
     */
    PostgresReader(
            DataSource dataSource,
            ChangeRequest request,
            LoadedPlace loaded,
            Optional<Set<TableId>> planned,
            List<SeenTable> looked) {
        this.dataSource = dataSource;
        this.request = request;
        names = Names.of(request);
        opening = new StreamOpening(request, loaded, planned, looked, wishes, gauges);
    }

    @Override
    public void run(ChangeSink sink) {
        CountDownLatch end = new CountDownLatch(1);
        ended = end;
        try (SqlSession questions = SqlSession.open(dataSource, "types " + request.taskName());
                StreamHearing hearing = StreamHearing.begin();
                SqlSession stream = SqlSession.forStream(dataSource, "stream " + request.taskName(), hearing);
                StandbyTimeline timeline = StandbyTimeline.of(questions)) {
            connection = new StreamConnection(questions, stream, hearing, timeline);
            if (!wishes.isStopped()) {
                opening.follow(connection, sink);
            }
        } catch (MillraceException e) {
            if (!wishes.isStopped()) {
                throw e;
            }
        } catch (SQLException e) {
            if (!wishes.isStopped()) {
                throw SqlErrors.of(e, "streaming the slot " + names.slot());
            }
        } finally {
            gauges.ended();
            end.countDown();
        }
    }

    @Override
    public boolean hasNewTables() {
        return gauges.hasNewTables();
    }

    @Override
    public long clockOffsetMicros() {
        return gauges.clockOffsetMicros();
    }

    @Override
    public OptionalLong holdLimitBytes() {
        return gauges.holdLimitBytes();
    }

    @Override
    public Optional<SourceGlance> glance(SourcePosition durable) {
        try (SqlSession questions = SqlSession.open(dataSource, "glance " + request.taskName())) {
            PostgresPosition committed = new ServerPositions(questions).committed();
            OptionalLong unread = durable instanceof PostgresPosition place
                    ? OptionalLong.of(Math.max(0, committed.lsn() - place.lsn()))
                    : OptionalLong.empty();
            return Optional.of(new SourceGlance(
                    committed, unread, SlotState.of(questions, names.slot()).map(SlotState::glance)));
        }
    }

    @Override
    public void hasten() {
        wishes.hasten();
    }

    @Override
    public void acknowledge(SourcePosition position) {
        if (position instanceof PostgresPosition place) {
            wishes.acknowledge(place);
        }
    }

    /** Lets the stream tell the slot what was acknowledged last, and drops its connections where it does not come to that soon. */
    @Override
    public void stop() {
        wishes.stop();
        boolean hasEnded = hasEndedSoon();
        StreamConnection open = connection;
        if (open != null && !hasEnded) {
            open.abort();
        }
    }

    private boolean hasEndedSoon() {
        try {
            return ended.await(FAREWELL_MILLIS, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    @Override
    public ChangeStatus status() {
        return gauges.status();
    }

    @Override
    public void close() {
        stop();
    }
}
