package io.millrace.e2e.drain;

import com.github.shyiko.mysql.binlog.network.protocol.command.Command;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/**
 * COM_BINLOG_DUMP that ends at the end of the last file, where the connector's own waits for more.
 *
 * <pre>
 *  command 1 | position 4 | flags 2 | server id 4 | file …
 * </pre>
 */
record DumpToEndCommand(long serverId, String file, long position) implements Command {
    private static final byte COM_BINLOG_DUMP = 0x12;
    private static final short DO_NOT_WAIT = 0x01;

    @Override
    public byte[] toByteArray() {
        byte[] name = file.getBytes(StandardCharsets.US_ASCII);
        return ByteBuffer.allocate(11 + name.length)
                .order(ByteOrder.LITTLE_ENDIAN)
                .put(COM_BINLOG_DUMP)
                .putInt((int) position)
                .putShort(DO_NOT_WAIT)
                .putInt((int) serverId)
                .put(name)
                .array();
    }
}
