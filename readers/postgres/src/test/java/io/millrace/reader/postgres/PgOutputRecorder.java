package io.millrace.reader.postgres;

import io.millrace.position.PostgresPosition;
import io.millrace.reader.postgres.connection.ConnectionSettings;
import io.millrace.reader.postgres.connection.SqlSession;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.sql.SQLException;
import java.util.Properties;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.postgresql.replication.LogSequenceNumber;
import org.postgresql.replication.PGReplicationStream;

/** Captures what a walsender sends of a test database's slot, as {@code pg_recvlogical} does. Its thread ends when it is closed. */
final class PgOutputRecorder implements AutoCloseable {
    private static final long PATIENCE_MILLIS = 180_000;
    private static final int STATUS_MILLIS = 3_600_000;

    private final TestDatabase database;
    private final SqlSession session;
    private final PGReplicationStream stream;
    private final ByteArrayOutputStream capture = new ByteArrayOutputStream();
    private final AtomicReference<SQLException> failure = new AtomicReference<>();
    private final Thread thread;
    private volatile long passed;
    private volatile boolean isClosed;

    PgOutputRecorder(TestDatabase database, Properties options) {
        this.database = database;
        session = SqlSession.forReplication(database.dataSource(), "recorder");
        session.execute(ConnectionSettings.FORMS, "setting up the recorder");
        try {
            stream = session.stream(api -> api.getReplicationAPI()
                    .replicationStream()
                    .logical()
                    .withSlotName(database.slot())
                    .withStartPosition(LogSequenceNumber.valueOf(0))
                    .withSlotOptions(options)
                    .withAutomaticFlush(false)
                    .withStatusInterval(STATUS_MILLIS, TimeUnit.MILLISECONDS)
                    .start());
        } catch (SQLException e) {
            session.close();
            throw new IllegalStateException(e);
        }
        thread = new Thread(this::record, "recorder");
        thread.start();
    }

    private void record() {
        try {
            while (!isClosed) {
                ByteBuffer message = stream.readPending();
                if (message == null) {
                    passed = stream.getLastReceiveLSN().asLong();
                    stream.forceUpdateStatus();
                    StreamRun.pause();
                } else {
                    synchronized (capture) {
                        capture.write(message.array(), message.arrayOffset() + message.position(), message.remaining());
                        capture.write('\n');
                    }
                }
            }
        } catch (SQLException e) {
            failure.set(e);
        }
    }

    /** Waits until all is here that is in the WAL: something else is committed, so that it is written out. */
    void awaitSent() {
        database.execute("INSERT INTO other VALUES (1)");
        long end = PostgresPosition.parseLsn(database.value("SELECT pg_current_wal_flush_lsn()"));
        long deadline = System.currentTimeMillis() + PATIENCE_MILLIS;
        while (Long.compareUnsigned(passed, end) < 0) {
            if (failure.get() != null || System.currentTimeMillis() > deadline) {
                throw new IllegalStateException("the stream does not arrive", failure.get());
            }
            StreamRun.pause();
        }
    }

    byte[] bytes() {
        synchronized (capture) {
            return capture.toByteArray();
        }
    }

    @Override
    public void close() {
        isClosed = true;
        try {
            thread.join(PATIENCE_MILLIS);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        } finally {
            session.abort();
        }
    }
}
