package io.millrace.reader.mysql;

import com.github.shyiko.mysql.binlog.network.protocol.command.Command;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/**
 * COM_BINLOG_DUMP that ends where the binlog ends now, in place of waiting for more. It registers no reader: its server id is 0.
 *
 * <pre>
 *  0x12 | position 4 | flags 2 | server id 4 | file name
 * </pre>
 */
record DumpFileCommand(String file, long offset) implements Command {
    private static final byte COM_BINLOG_DUMP = 0x12;
    private static final short NON_BLOCKING = 1;

    @Override
    public byte[] toByteArray() {
        byte[] name = file.getBytes(StandardCharsets.UTF_8);
        ByteBuffer out = ByteBuffer.allocate(1 + 4 + 2 + 4 + name.length).order(ByteOrder.LITTLE_ENDIAN);
        return out.put(COM_BINLOG_DUMP)
                .putInt((int) offset)
                .putShort(NON_BLOCKING)
                .putInt(0)
                .put(name)
                .array();
    }
}
