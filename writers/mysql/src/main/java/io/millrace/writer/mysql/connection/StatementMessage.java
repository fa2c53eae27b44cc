package io.millrace.writer.mysql.connection;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.util.function.Consumer;
import org.mariadb.jdbc.Statement;
import org.mariadb.jdbc.client.Completion;
import org.mariadb.jdbc.client.Context;
import org.mariadb.jdbc.client.ReadableByteBuf;
import org.mariadb.jdbc.client.socket.Reader;
import org.mariadb.jdbc.client.socket.Writer;
import org.mariadb.jdbc.client.util.ClosableLock;
import org.mariadb.jdbc.export.ExceptionFactory;
import org.mariadb.jdbc.message.ClientMessage;
import org.mariadb.jdbc.message.server.OkPacket;

/**
 * A statement without a result set as the driver's own messages are, but that its text is a part of a buffer of ours, and that it
 * keeps what the driver drops: the counts of warnings and of duplicates, and an error instead of an exception, so that the answers of
 * the statements behind it are read all the same. Reused; confined to one thread.
 *
 * <pre>
 *  OK:     00, affected rows, last insert id (lengths encoded), status (2), warnings (2), text
 *  error:  ff, number (2), '#', SQLSTATE (5), text
 *  stream: fb, a file's name; answered with our lines, and only where we have some: the server is given no file
 * </pre>
 *
 * Layout: https://mariadb.com/kb/en/ok_packet/, err_packet, packet_local_infile.
 */
public final class StatementMessage implements ClientMessage {
    private static final int COM_QUERY = 0x03;
    private static final int OK = 0x00;
    private static final int ERROR = 0xFF;
    private static final int LOCAL_INFILE = 0xFB;
    /** With its header what the driver's buffer holds without becoming one of 1 MiB, or of 16, which it would drop again behind each statement. */
    private static final int PACKET_BYTES = 128 * 1024 - 4;

    private static final int NO_COUNT = -1;
    private static final byte[] DUPLICATES = "Duplicates: ".getBytes(StandardCharsets.US_ASCII);

    private SqlOutput text;
    private int offset;
    private int end;
    private int largeFrom;
    private int largeTo;
    private SqlOutput lines;
    private long affected;
    private long duplicates;
    private int warnings;
    private StatementException error;

    /** Becomes another statement, with those of the output's large values. */
    void statement(SqlOutput output, int textFrom, int textTo, int valuesFrom, int valuesTo) {
        text = output;
        offset = textFrom;
        end = textTo;
        largeFrom = valuesFrom;
        largeTo = valuesTo;
        lines = null;
        affected = NO_COUNT;
        duplicates = NO_COUNT;
        warnings = 0;
        error = null;
    }

    /** What the server gets when it asks for the file that the statement names. */
    void lines(SqlOutput output) {
        lines = output;
    }

    /** Rows that the statement found, or made. */
    public long affected() {
        return affected;
    }

    /** Rows of an upsert that were there. */
    public long duplicates() {
        return duplicates;
    }

    public int warnings() {
        return warnings;
    }

    /** Why the server refused it, or null. */
    public StatementException error() {
        return error;
    }

    @Override
    public int encode(Writer writer, Context context) throws IOException {
        writer.initPacket();
        writer.writeByte(COM_QUERY);
        int from = offset;
        for (int i = largeFrom; i < largeTo; i++) {
            LargeValue value = text.largeValues().get(i);
            writer.writeBytes(text.bytes(), from, value.place() - from);
            value.write(writer);
            from = value.place();
        }
        writer.writeBytes(text.bytes(), from, end - from);
        writer.flush();
        return 1;
    }

    @Override
    public Completion readPacket(
            Statement statement,
            int fetchSize,
            long maxRows,
            int resultSetConcurrency,
            int resultSetType,
            boolean closeOnCompletion,
            Reader reader,
            Writer writer,
            Context context,
            ExceptionFactory exceptionFactory,
            ClosableLock lock,
            boolean traceEnable,
            ClientMessage message,
            Consumer<String> redirect)
            throws IOException, SQLException {
        ReadableByteBuf packet = reader.readReusablePacket(traceEnable);
        int kind = packet.readUnsignedByte();
        if (kind == LOCAL_INFILE) {
            boolean isAsked = lines == null;
            send(writer);
            packet = reader.readReusablePacket(traceEnable);
            kind = packet.readUnsignedByte();
            if (isAsked) {
                throw exceptionFactory.create("server asked for a file in answer to no such statement", "08S01");
            }
        }
        switch (kind) {
            case OK -> readOk(packet, context);
            case ERROR -> readError(packet);
            default -> throw exceptionFactory.create("answer is neither OK nor an error: kind=" + kind, "08S01");
        }
        return OkPacket.BASIC_OK;
    }

    /** The lines, and an empty packet behind them. */
    private void send(Writer writer) throws IOException {
        int count = lines == null ? 0 : lines.length();
        for (int from = 0; from < count; from += PACKET_BYTES) {
            writer.writeBytes(lines.bytes(), from, Math.min(PACKET_BYTES, count - from));
            writer.flush();
        }
        writer.writeEmptyPacket();
    }

    private void readOk(ReadableByteBuf packet, Context context) {
        affected = packet.readLongLengthEncodedNotNull();
        packet.readLongLengthEncodedNotNull();
        context.setServerStatus(packet.readUnsignedShort());
        warnings = packet.readUnsignedShort();
        context.setWarning(warnings);
        duplicates = number(packet);
    }

    /** The number behind its word, in a text like {@code Records: 3  Duplicates: 2  Warnings: 0}. */
    private static long number(ReadableByteBuf packet) {
        byte[] bytes = packet.buf();
        int end = packet.pos() + packet.readableBytes();
        for (int at = packet.pos(); at + DUPLICATES.length < end; at++) {
            int matched = 0;
            while (matched < DUPLICATES.length && bytes[at + matched] == DUPLICATES[matched]) {
                matched++;
            }
            if (matched == DUPLICATES.length) {
                long number = 0;
                for (int i = at + matched; i < end && bytes[i] >= '0' && bytes[i] <= '9'; i++) {
                    number = number * 10 + (bytes[i] - '0');
                }
                return number;
            }
        }
        return NO_COUNT;
    }

    private void readError(ReadableByteBuf packet) {
        int number = packet.readUnsignedShort();
        String state = "HY000";
        if (packet.readableBytes() > 0 && packet.getByte() == '#') {
            packet.skip(1);
            state = packet.readAscii(5);
        }
        error = StatementException.of(number, state, packet.readStringEof());
    }
}
