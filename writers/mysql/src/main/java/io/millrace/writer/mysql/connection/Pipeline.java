package io.millrace.writer.mysql.connection;

import java.sql.SQLException;
import java.util.Arrays;
import org.mariadb.jdbc.client.Client;
import org.mariadb.jdbc.message.ClientMessage;

/**
 * Statements without result sets, sent together and answered together. The server runs those behind one that fails: so nothing
 * that must not happen then, a commit above all, may wait here with others. Confined to the session's thread.
 */
public final class Pipeline {
    private static final int INITIAL_BYTES = 64 * 1024;

    private final Client client;
    private final long maxStatementBytes;
    private final SqlOutput output = new SqlOutput(INITIAL_BYTES, true);
    private StatementMessage[] messages = new StatementMessage[16];
    private int size;
    private int answered;
    private int start;
    private long largeBefore;
    private int largeStart;

    /**
     * Over a connection.
     *
     * @param maxStatementBytes the server's max_allowed_packet
     */
    Pipeline(Client client, long maxStatementBytes) {
        this.client = client;
        this.maxStatementBytes = maxStatementBytes;
        for (int i = 0; i < messages.length; i++) {
            messages[i] = new StatementMessage();
        }
    }

    /** Where the text of the statement that was begun goes. */
    public SqlOutput output() {
        return output;
    }

    /** Begins a statement. */
    public void begin() {
        if (answered > 0) {
            reset();
        }
        start = output.length();
        largeBefore = output.largeBytes();
        largeStart = output.largeValues().size();
    }

    /** Bytes of the statement that was begun. */
    public long statementBytes() {
        return output.length() - start + output.largeBytes() - largeBefore;
    }

    /** Ends the statement that was begun, and says which it is. */
    public int end() {
        long bytes = statementBytes();
        // One byte of the packet says that it is a statement.
        if (bytes + 1 > maxStatementBytes) {
            throw SqlOutput.tooLarge(bytes, maxStatementBytes);
        }
        if (size == messages.length) {
            messages = Arrays.copyOf(messages, size * 2);
            for (int i = size; i < messages.length; i++) {
                messages[i] = new StatementMessage();
            }
        }
        messages[size].statement(
                output, start, output.length(), largeStart, output.largeValues().size());
        return size++;
    }

    /** Drops the statement that was begun. */
    public void drop() {
        output.length(start);
    }

    /** What the last statement, a LOAD DATA, gets when it asks. */
    public void lines(SqlOutput lines) {
        messages[size - 1].lines(lines);
    }

    public int size() {
        return answered > 0 ? 0 : size;
    }

    public long bytes() {
        return answered > 0 ? 0 : output.length() + output.largeBytes();
    }

    /** Sends what waits. The answers stand until the next statement is begun; errors are among them. */
    public void flush() throws SQLException {
        if (size() == 0) {
            return;
        }
        if (size == 1) {
            client.execute(messages[0], false);
        } else {
            ClientMessage[] waiting = Arrays.copyOf(messages, size, ClientMessage[].class);
            client.executePipeline(waiting, null, 0, 0, 0, 0, false, false);
        }
        answered = size;
    }

    /** How many answers the last flush brought. */
    public int answered() {
        return answered;
    }

    public StatementMessage answer(int statement) {
        return messages[statement];
    }

    /** Drops all that waits, and all answers. */
    public void reset() {
        output.clear();
        size = 0;
        answered = 0;
        start = 0;
        largeBefore = 0;
        largeStart = 0;
    }
}
