package io.millrace.load;

import io.millrace.mapping.TablePlan;
import io.millrace.position.SourcePosition;
import io.millrace.position.TransactionId;
import io.millrace.row.ImageCopy;
import io.millrace.row.KeyBound;
import java.util.Optional;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * New rows of changed keys that nobody has whole while their table is being loaded: no chunk holds them, and the source did not send all
 * of them. Lanes ask for them here, and the load reads them again (EXACTNESS 39).
 *
 * <p>Thread-safe. A lane asks for one row at a time.
 */
public final class RowsAgain {
    private final ConcurrentLinkedQueue<Request> requests = new ConcurrentLinkedQueue<>();
    private volatile SourcePosition latest;
    private volatile long count;

    /** One row that a lane waits for. Thread-safe. */
    public static final class Request {
        private final TablePlan table;
        private final KeyBound key;
        private final TransactionId transaction;
        private volatile Answer answer;

        private Request(TablePlan table, KeyBound key, TransactionId transaction) {
            this.table = table;
            this.key = key;
            this.transaction = transaction;
        }

        /** Empty until it is read. */
        public Optional<Answer> answer() {
            return Optional.ofNullable(answer);
        }

        TablePlan table() {
            return table;
        }

        KeyBound key() {
            return key;
        }

        TransactionId transaction() {
            return transaction;
        }
    }

    /**
     * What the source had at some moment behind the change.
     *
     * @param row as the source has it; empty where it was gone
     * @param upTo all that the row may show stands before this place
     */
    public record Answer(Optional<ImageCopy> row, SourcePosition upTo) {}

    /**
     * Asks for the row under a key.
     *
     * @param key an image with the key's columns, as the source has them
     * @param transaction that wrote it: what is read shows it
     */
    public Request ask(TablePlan table, KeyBound key, TransactionId transaction) {
        Request request = new Request(table, key, new TransactionId().copyFrom(transaction));
        requests.add(request);
        return request;
    }

    /** Up to where the rows that were read so far may show what was done to them; empty where none was. */
    public Optional<SourcePosition> latest() {
        return Optional.ofNullable(latest);
    }

    /** The oldest request that has no answer; null where there is none. For the load alone. */
    Request oldest() {
        return requests.peek();
    }

    /** Answers it. For the load alone. */
    @SuppressWarnings("NonAtomicVolatileUpdate") // one thread writes, others look
    void answer(Request request, Optional<ImageCopy> row, SourcePosition upTo) {
        latest = upTo;
        count++;
        requests.remove(request);
        request.answer = new Answer(row, upTo);
    }

    /** How many rows were read. */
    long count() {
        return count;
    }
}
