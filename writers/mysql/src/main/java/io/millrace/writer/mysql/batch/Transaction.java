package io.millrace.writer.mysql.batch;

import io.millrace.writer.ApplyResult;
import io.millrace.writer.mysql.connection.MySqlSession;
import io.millrace.writer.mysql.connection.Pipeline;
import io.millrace.writer.mysql.connection.SqlOutput;
import io.millrace.writer.mysql.connection.StatementException;
import io.millrace.writer.mysql.connection.StatementMessage;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.List;
import java.util.Set;

/**
 * The statements of one transaction, and what their answers must be: every row there, no warning. Counts what was healed, missing
 * and fell back. Confined to the session's thread; allocates nothing per statement.
 */
public final class Transaction {
    /** Warnings that are about the statement and not about a value: unsafe for a binlog of statements, deprecated, a scan. */
    private static final Set<Integer> HARMLESS = Set.of(1592, 1287, 1681, 3719, 3778);

    /** Somebody has switched local_infile off since the session began. */
    private static final Set<Integer> NO_LOCAL_FILES = Set.of(1148, 3948, 4166);

    public static final int FLUSH_BYTES = 4 * 1024 * 1024;
    public static final int FLUSH_STATEMENTS = 100;

    /** What the answer to a statement must be, and what it counts as. */
    private static final byte FENCE = 1;

    private static final byte INSERT = 2;
    private static final byte UPSERT = 3;
    private static final byte HEAL = 4;
    private static final byte DELETE = 5;
    private static final byte UPDATE = 6;
    private static final byte LOAD = 7;
    private static final byte ANY = 8;

    private final MySqlSession session;
    private final Pipeline pipeline;
    private byte[] kinds = new byte[FLUSH_STATEMENTS];
    private int[] rows = new int[FLUSH_STATEMENTS];
    private int[] runs = new int[FLUSH_STATEMENTS];
    private int[] missed = new int[16];
    private int missedCount;
    private int run;
    private int failedRun = -1;
    private boolean isCareful;
    private long healed;
    private long missing;
    private long fellBack;

    Transaction(MySqlSession session) {
        this.session = session;
        pipeline = session.pipeline();
    }

    void clear() {
        pipeline.reset();
        missedCount = 0;
        failedRun = -1;
        healed = 0;
        missing = 0;
        fellBack = 0;
    }

    /**
     * Sends each statement alone from now on, and reads its warnings: for a server that warns of what is harmless.
     *
     * @return whether it was not so before
     */
    boolean becomeCareful() {
        boolean isNew = !isCareful;
        isCareful = true;
        return isNew;
    }

    /** Sends statements together again. */
    void becomeCareless() {
        isCareful = false;
    }

    /** Which run of the batch the next statements are of. */
    void run(int number) {
        run = number;
    }

    int run() {
        return run;
    }

    /** Which run the statement was of that was refused last; -1 where it was none's. */
    int failedRun() {
        return failedRun;
    }

    /** The statement that was ended last is the compare-and-set. */
    void fence() throws SQLException {
        note(FENCE, 1);
    }

    /** Ends a statement that inserts so many rows. */
    void insert(int count) throws SQLException {
        pipeline.end();
        note(INSERT, count);
    }

    /**
     * Ends a statement that inserts or changes rows.
     *
     * @param isHealing whether those that were not there are counted as healed
     */
    void upsert(int count, boolean isHealing) throws SQLException {
        pipeline.end();
        note(isHealing ? HEAL : UPSERT, count);
    }

    /** Ends a statement that deletes so many rows, if none is missing. */
    void delete(int count) throws SQLException {
        pipeline.end();
        note(DELETE, count);
    }

    /** Ends a statement that deletes as many rows as there are. */
    void removeAny() throws SQLException {
        pipeline.end();
        note(ANY, 0);
    }

    /** Ends an update of one row; where it meets none, the row is noted as missed. */
    void update(int row) throws SQLException {
        pipeline.end();
        note(UPDATE, row);
    }

    /** Ends a LOAD DATA and sends it; all before it must have been sent. */
    void load(SqlOutput lines, int count) throws SQLException {
        pipeline.end();
        pipeline.lines(lines);
        note(LOAD, count);
        flush();
    }

    /** A row of the run cannot be sent in this way. */
    void failed() {
        failedRun = run;
    }

    /** Runs a statement that meets as many rows as it does. */
    void execute(String sql) throws SQLException {
        flush();
        pipeline.begin();
        pipeline.output().putBytes(sql.getBytes(StandardCharsets.UTF_8));
        pipeline.end();
        note(ANY, 0);
        flush();
    }

    /** Rows of a query, as text. */
    List<List<String>> ask(String sql) throws SQLException {
        flush();
        return session.texts(sql);
    }

    private void note(byte kind, int number) throws SQLException {
        int statement = pipeline.size() - 1;
        if (statement >= kinds.length) {
            kinds = Arrays.copyOf(kinds, statement * 2);
            rows = Arrays.copyOf(rows, statement * 2);
            runs = Arrays.copyOf(runs, statement * 2);
        }
        kinds[statement] = kind;
        rows[statement] = number;
        runs[statement] = kind == FENCE ? -1 : run;
        if (isCareful || pipeline.bytes() > FLUSH_BYTES || pipeline.size() >= FLUSH_STATEMENTS) {
            if (kind != LOAD) {
                flush();
            }
        }
    }

    /** Sends what waits, and looks at the answers. */
    void flush() throws SQLException {
        if (pipeline.size() == 0) {
            return;
        }
        pipeline.flush();
        for (int i = 0; i < pipeline.answered(); i++) {
            StatementMessage answer = pipeline.answer(i);
            if (answer.error() != null) {
                failedRun = runs[i];
                if (kinds[i] == LOAD && NO_LOCAL_FILES.contains(answer.error().getErrorCode())) {
                    throw new LoadNotExactException();
                }
                throw answer.error();
            }
            if (kinds[i] == LOAD && (answer.warnings() > 0 || answer.affected() != rows[i])) {
                failedRun = runs[i];
                throw new LoadNotExactException();
            }
            if (answer.warnings() > 0) {
                failedRun = runs[i];
                lookAtWarnings();
            }
            count(kinds[i], rows[i], answer);
        }
    }

    /** Only those of the last statement can still be asked for. */
    private void lookAtWarnings() throws SQLException {
        if (pipeline.answered() > 1) {
            throw new WarnedException();
        }
        List<StatementException> found =
                session.rows("SHOW WARNINGS", row -> StatementException.ofWarning(row.getInt(2), row.getString(3)));
        for (StatementException warning : found) {
            if (!HARMLESS.contains(warning.getErrorCode())) {
                throw warning;
            }
        }
        if (found.isEmpty()) {
            throw StatementException.ofWarning(0, "");
        }
    }

    private void count(byte kind, int number, StatementMessage answer) throws SQLException {
        switch (kind) {
            case FENCE -> {
                if (answer.affected() != 1) {
                    throw new FencedException();
                }
            }
            case INSERT -> {
                if (answer.affected() != number) {
                    throw StatementException.ofWarning(0, "");
                }
            }
            case HEAL -> healed += number - Math.max(0, answer.duplicates());
            case DELETE -> missing += Math.max(0, number - answer.affected());
            case UPDATE -> {
                if (answer.affected() == 0) {
                    miss(number);
                }
            }
            default -> {}
        }
    }

    private void miss(int row) {
        if (missedCount == missed.length) {
            missed = Arrays.copyOf(missed, missedCount * 2);
        }
        missed[missedCount++] = row;
    }

    /** Rows that updates missed, since {@link #clearMissed}; all must have been sent. */
    int missedCount() {
        return missedCount;
    }

    int missed(int number) {
        return missed[number];
    }

    void clearMissed() {
        missedCount = 0;
    }

    /** A row was inserted that an update missed. */
    void healed() {
        healed++;
    }

    /** Rows that deletes missed, as far as has been sent. */
    long missing() {
        return missing;
    }

    void fellBack() {
        fellBack++;
    }

    ApplyResult result() {
        return new ApplyResult(healed, missing, fellBack);
    }
}
