package io.millrace.writer.postgres.batch;

import io.millrace.writer.ApplyResult;
import io.millrace.writer.postgres.connection.Pipeline;
import java.util.Arrays;

/** What the statements of a transaction counted: rows healed, rows missing, runs that fell back. Confined to one thread. */
final class Tally {
    private static final int INITIAL_STATEMENTS = 128;
    private static final byte IGNORE = 0;
    private static final byte DELETED = 1;
    private static final byte HEALED = 2;

    // By the statement's number in the pipeline.
    private byte[] kinds = new byte[INITIAL_STATEMENTS];
    private int[] expected = new int[INITIAL_STATEMENTS];
    private int length;
    private long healed;
    private long missing;
    private long fellBack;

    void clear() {
        forget();
        healed = 0;
        missing = 0;
        fellBack = 0;
    }

    private void forget() {
        Arrays.fill(kinds, 0, length, IGNORE);
        length = 0;
    }

    /** The statement deletes so many rows, if none is missing. */
    void expectDeleted(int statement, int rows) {
        note(statement, DELETED);
        expected[statement] = rows;
    }

    /** The statement inserts the rows that an update missed. */
    void expectHealed(int statement) {
        note(statement, HEALED);
    }

    private void note(int statement, byte kind) {
        if (statement >= kinds.length) {
            kinds = Arrays.copyOf(kinds, statement * 2);
            expected = Arrays.copyOf(expected, statement * 2);
        }
        kinds[statement] = kind;
        length = statement + 1;
    }

    /** A row was inserted that a change of its key missed. */
    void missed() {
        healed++;
    }

    void fellBack() {
        fellBack++;
    }

    /** Takes the counts of the last flush. */
    void count(Pipeline pipeline) {
        for (int i = 0; i < length; i++) {
            if (kinds[i] == DELETED) {
                missing += expected[i] - pipeline.count(i);
            } else if (kinds[i] == HEALED) {
                healed += pipeline.count(i);
            }
        }
        forget();
    }

    ApplyResult result() {
        return new ApplyResult(healed, missing, fellBack);
    }
}
