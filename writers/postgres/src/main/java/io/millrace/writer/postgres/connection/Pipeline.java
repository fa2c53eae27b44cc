package io.millrace.writer.postgres.connection;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.sql.BatchUpdateException;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.postgresql.core.BaseConnection;
import org.postgresql.core.ParameterList;
import org.postgresql.core.Query;
import org.postgresql.core.QueryExecutor;
import org.postgresql.jdbc.BatchResultHandler;
import org.postgresql.jdbc.PgStatement;

/**
 * Statements that are sent together and answered together: one round trip, whatever their number. The server runs them in
 * order and skips all that follow one that fails, so that a COMMIT at the end commits all or nothing.
 *
 * <pre>
 *   begin(query) parameter… end()   begin(query) parameter… end()   …   flush() → count(0), count(1), …
 * </pre>
 *
 * <p>Parameters are written in binary into one buffer that is reused for ever; what is allocated is a few small objects a
 * statement, none a row. Confined to one thread.
 *
 * <p>JDBC has no such thing: its batches repeat one statement, and its parameters are objects. So this class, and it alone,
 * stands on the driver's own query executor, in two ways that a new version may break, and the tests would show: the
 * constructor of its result handler is reached by a method handle; and a parameter's type is set in the array that
 * {@code getTypeOIDs} hands out, so that any type can be streamed in binary as bytea can.
 */
public final class Pipeline {
    private static final int FLAGS =
            QueryExecutor.QUERY_NO_METADATA | QueryExecutor.QUERY_NO_RESULTS | QueryExecutor.QUERY_SUPPRESS_BEGIN;
    private static final int INITIAL_CAPACITY = 64 * 1024;
    private static final MethodHandle RESULT_HANDLER = resultHandler();

    private final QueryExecutor executor;
    private final PgStatement statement;
    private final BinaryOutput output = new BinaryOutput(INITIAL_CAPACITY);
    private final List<Query> queries = new ArrayList<>();
    private final List<ParameterList> parameterLists = new ArrayList<>();
    // Of each parameter of all statements: where its bytes end, and its type. Bytes lie in order, so an end is the
    // next's start.
    private int[] ends = new int[64];
    private int[] types = new int[64];
    private String[] texts = new String[64];
    private int parameterCount;
    private long[] counts = {};

    Pipeline(BaseConnection connection) throws SQLException {
        executor = connection.getQueryExecutor();
        statement = connection.createStatement().unwrap(PgStatement.class);
    }

    private static MethodHandle resultHandler() {
        try {
            return MethodHandles.privateLookupIn(BatchResultHandler.class, MethodHandles.lookup())
                    .findConstructor(
                            BatchResultHandler.class,
                            MethodType.methodType(
                                    void.class,
                                    PgStatement.class,
                                    Query[].class,
                                    ParameterList[].class,
                                    boolean.class));
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    /** Drops what was not flushed. */
    public void reset() {
        queries.clear();
        parameterLists.clear();
        output.clear();
        Arrays.fill(texts, 0, parameterCount, null);
        parameterCount = 0;
    }

    /** Starts a statement; its parameters follow, in order. */
    public void begin(Query query) {
        queries.add(query);
        parameterLists.add(query.createParameterList());
    }

    /** Where the bytes of the next parameter go, in the server's binary form and without a length; then {@link #parameter}. */
    public BinaryOutput output() {
        return output;
    }

    /** Ends a parameter whose bytes were put into {@link #output}. */
    public void parameter(int typeOid) {
        add(typeOid, null);
    }

    /** A parameter in its text form. */
    public void parameter(String text, int typeOid) {
        add(typeOid, text);
    }

    private void add(int typeOid, String text) {
        if (parameterCount == ends.length) {
            ends = Arrays.copyOf(ends, parameterCount * 2);
            types = Arrays.copyOf(types, parameterCount * 2);
            texts = Arrays.copyOf(texts, parameterCount * 2);
        }
        ends[parameterCount] = output.length();
        types[parameterCount] = typeOid;
        texts[parameterCount] = text;
        parameterCount++;
    }

    /** A statement without parameters. */
    public void add(Query query) {
        begin(query);
    }

    /** How many statements wait. */
    public int size() {
        return queries.size();
    }

    /** How many bytes of parameters wait. */
    public int bytes() {
        return output.length();
    }

    /** Rows that a statement of the last flush changed. */
    public long count(int number) {
        return counts[number];
    }

    /** Sends all, waits for all answers. After an error nothing waits any more, and the transaction is to be rolled back. */
    public void flush() throws SQLException {
        if (queries.isEmpty()) {
            return;
        }
        try {
            bind();
            Query[] all = queries.toArray(Query[]::new);
            ParameterList[] parameters = parameterLists.toArray(ParameterList[]::new);
            BatchResultHandler handler = handler(all, parameters);
            executor.execute(all, parameters, handler, 0, 0, FLAGS);
            counts = handler.getLargeUpdateCount();
        } catch (BatchUpdateException e) {
            throw e.getNextException() == null ? e : e.getNextException();
        } finally {
            reset();
        }
    }

    private void bind() throws SQLException {
        int parameter = 0;
        int from = 0;
        for (ParameterList list : parameterLists) {
            for (int i = 1; i <= list.getParameterCount(); i++) {
                if (texts[parameter] != null) {
                    list.setStringParameter(i, texts[parameter], types[parameter]);
                } else {
                    list.setBytea(i, output.bytes(), from, ends[parameter] - from);
                    list.getTypeOIDs()[i - 1] = types[parameter];
                }
                from = ends[parameter++];
            }
        }
        if (parameter != parameterCount) {
            throw new IllegalStateException(
                    "parameters do not match statements: need=" + parameter + ", got=" + parameterCount);
        }
    }

    private BatchResultHandler handler(Query[] all, ParameterList[] parameters) {
        try {
            return (BatchResultHandler) RESULT_HANDLER.invokeExact(statement, all, parameters, false);
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new IllegalStateException("driver's result handler", e);
        }
    }
}
