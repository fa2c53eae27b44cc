package io.millrace.pipeline;

import io.millrace.pipeline.ModelSource.Change;
import io.millrace.pipeline.ModelSource.Statement;
import io.millrace.pipeline.ModelSource.Transaction;
import io.millrace.position.TransactionId;
import io.millrace.row.ImageFlyweight;
import io.millrace.row.KeyHasher;
import io.millrace.row.RowEncoder;
import io.millrace.wal.ChangeSink;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;

/**
 * What a source in memory sends: transactions in their order, cut where told, and, where it does, parts of later ones ahead of them. Of one
 * connection at a time.
 */
final class ModelStream {
    private final ModelSource source;
    private final Random random;
    /** By number, how many changes of an open chain were sent on this connection. */
    private final Map<Long, Integer> chains = new TreeMap<>();

    ModelStream(ModelSource source, Random random) {
        this.source = source;
        this.random = random;
    }

    /** Sends up to so many transactions on from where the sink stands; cuts one where told. */
    int pump(ChangeSink sink, int most, boolean isCut) {
        int sent = 0;
        long from = ModelSource.numberOf(sink.position());
        for (int i = (int) from; i < source.history.size() && sent < most; i++) {
            boolean isLast = isCut && sent == most - 1;
            if (source.doesChain) {
                sendAhead(sink, i);
            }
            if (sink.prepared(name(source.history.get(i))).isPresent()) {
                sink.commitPrepared(
                        name(source.history.get(i)), source.history.get(i).id());
            } else if (chains.containsKey(i + 1L)) {
                sendChain(sink, source.history.get(i), isLast);
            } else {
                send(sink, source.history.get(i), isLast);
            }
            if (isLast) {
                endConnection(sink);
            }
            sent++;
        }
        return sent;
    }

    private static String name(Transaction transaction) {
        return "prepared-" + transaction.number();
    }

    /** The connection ends: whatever was streamed and not committed is sent again. */
    void endConnection(ChangeSink sink) {
        sink.endStream();
        chains.clear();
    }

    void forgetChains() {
        chains.clear();
    }

    /** Streams a part of a later transaction, and something that will never be committed. */
    private void sendAhead(ChangeSink sink, int now) {
        int later = now + random.nextInt(source.history.size() - now);
        Transaction transaction = source.history.get(later);
        if (random.nextBoolean() && sink.prepared(name(transaction)).isEmpty()) {
            segment(sink, transaction, random.nextInt(transaction.changes().size() + 1));
            if (random.nextInt(4) == 0) {
                segment(sink, transaction, transaction.changes().size());
                TransactionId prepare = transaction.id();
                prepare.kind = TransactionId.KIND_NONE; // not of the numbers that the position counts
                sink.prepareChain(transaction.number(), name(transaction), prepare);
                chains.remove(transaction.number());
            }
        }
        if (random.nextInt(5) == 0) {
            long never = -1L - now;
            sink.beginChain(never);
            source.history.get(later).changes().forEach(change -> row(sink, change));
            sink.suspendChain();
            sink.abortChain(never);
        }
    }

    /** Goes on with a chain up to one of its changes; in between stand subtransactions that are aborted. */
    private void segment(ChangeSink sink, Transaction transaction, int until) {
        long xid = transaction.number();
        if (chains.containsKey(xid)) {
            sink.resumeChain(xid);
        } else {
            sink.beginChain(xid);
        }
        long sub = xid;
        for (int i = chains.getOrDefault(xid, 0); i < until; i++) {
            if (random.nextInt(3) == 0) {
                sub = 10_000 * (xid + 1) + i;
                sink.subtransaction(sub);
                row(
                        sink,
                        transaction
                                .changes()
                                .get(random.nextInt(transaction.changes().size())));
                sink.subtransaction(xid);
            }
            state(sink, transaction, i);
            row(sink, transaction.changes().get(i));
        }
        sink.suspendChain();
        for (long each = 10_000 * (xid + 1); each <= sub; each++) {
            sink.abortSubtransaction(xid, each);
        }
        chains.merge(xid, until, Math::max);
    }

    private void sendChain(ChangeSink sink, Transaction transaction, boolean isCut) {
        segment(sink, transaction, transaction.changes().size());
        if (!isCut) {
            sink.commitChain(transaction.number(), transaction.id());
            chains.remove(transaction.number());
        }
    }

    private void send(ChangeSink sink, Transaction transaction, boolean isCut) {
        TransactionId id = transaction.id();
        TransactionId begun = transaction.id();
        begun.commitTimeMicros = 0;
        sink.begin(begun);
        for (int i = 0; i < transaction.changes().size(); i++) {
            state(sink, transaction, i);
            row(sink, transaction.changes().get(i));
        }
        if (isCut) {
            sink.abort();
        } else {
            sink.commit(id);
        }
    }

    private void state(ChangeSink sink, Transaction transaction, int change) {
        Statement statement = source.statement;
        if (statement != null && statement.transaction() == transaction.number() && statement.before() == change) {
            sink.ddl(statement.event());
        }
    }

    private static void row(ChangeSink sink, Change change) {
        int number = sink.announce(change.table().schema());
        RowEncoder encoder = sink.beginRow(number, change.operation());
        ImageFlyweight image = new ImageFlyweight();
        KeyHasher hasher = KeyHasher.of(change.table().schema());
        long before = 0;
        long after = 0;
        if (change.before() != null) {
            change.table().encode(encoder, change.before(), true, change.absent() == 0 ? 0 : 3);
            encoder.wrapLastImage(image);
            before = hasher.hash(image);
        }
        if (change.after() != null) {
            change.table().encode(encoder, change.after(), false, change.absent());
            encoder.wrapLastImage(image);
            after = hasher.hash(image);
        }
        switch (change.operation()) {
            case INSERT -> sink.endRow(after, after);
            case DELETE -> sink.endRow(before, before);
            case UPDATE -> sink.endRow(after, before);
        }
    }
}
