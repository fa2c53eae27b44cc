package io.millrace.peers;

import io.debezium.connector.jdbc.JdbcSinkConnectorTask;
import io.debezium.engine.ChangeEvent;
import io.debezium.engine.DebeziumEngine;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.apache.kafka.common.record.TimestampType;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.sink.SinkRecord;
import org.apache.kafka.connect.source.SourceRecord;

/** Puts each batch of the engine into the sink, which commits it before it returns, and counts. One thread at a time. */
final class SinkConsumer implements DebeziumEngine.ChangeConsumer<ChangeEvent<SourceRecord, SourceRecord>> {
    private final JdbcSinkConnectorTask sink = new JdbcSinkConnectorTask();
    private final CountDownLatch done;
    private final long expected;
    private volatile long changes;
    private volatile long firstReadMillis;
    private volatile long lastCommitMillis;

    SinkConsumer(DebeziumSettings settings, CountDownLatch done) {
        this.done = done;
        expected = settings.expectedChanges();
        sink.initialize(new NoWorker());
        sink.start(settings.sink());
    }

    @Override
    public void handleBatch(
            List<ChangeEvent<SourceRecord, SourceRecord>> events,
            DebeziumEngine.RecordCommitter<ChangeEvent<SourceRecord, SourceRecord>> committer)
            throws InterruptedException {
        List<SinkRecord> records = new ArrayList<>(events.size());
        long offset = changes;
        for (ChangeEvent<SourceRecord, SourceRecord> event : events) {
            SourceRecord source = event.value();
            if (source.value() instanceof Struct value && value.schema().field("op") != null) {
                if (firstReadMillis == 0) {
                    // When the connector read the first change, which it did before it handed us the batch.
                    firstReadMillis = value.getInt64("ts_ms");
                }
                records.add(new SinkRecord(
                        source.topic(),
                        0,
                        source.keySchema(),
                        source.key(),
                        source.valueSchema(),
                        value,
                        offset++,
                        source.timestamp(),
                        TimestampType.CREATE_TIME));
            }
        }
        if (!records.isEmpty()) {
            sink.put(records);
            if (sink.getLastProcessingException() != null) {
                throw new IllegalStateException("the sink failed", sink.getLastProcessingException());
            }
        }
        for (ChangeEvent<SourceRecord, SourceRecord> event : events) {
            committer.markProcessed(event);
        }
        committer.markBatchFinished();
        changes = offset;
        lastCommitMillis = System.currentTimeMillis();
        if (isComplete()) {
            done.countDown();
        }
    }

    boolean isComplete() {
        return changes >= expected;
    }

    long changes() {
        return changes;
    }

    long firstReadMillis() {
        return firstReadMillis;
    }

    long lastCommitMillis() {
        return lastCommitMillis;
    }
}
