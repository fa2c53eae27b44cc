package io.millrace.reader.mysql.connection;

import com.github.shyiko.mysql.binlog.network.protocol.command.Command;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/**
 * COM_BINLOG_DUMP that ends where the binlog ends, instead of waiting for more. With server id 0, which no reader has, so that the
 * server ends no other's dump for it.
 *
 * <pre>
 *  0x12 | position 4 | flags 2 | server id 4 | file name
 * </pre>
 */
record DumpFileCommand(String file, long offset) implements Command {
    private static final byte COM_BINLOG_DUMP = 0x12;
    private static final short NON_BLOCK = 1;

    @Override
    public byte[] toByteArray() {
        byte[] name = file.getBytes(StandardCharsets.UTF_8);
        ByteBuffer out = ByteBuffer.allocate(1 + 4 + 2 + 4 + name.length).order(ByteOrder.LITTLE_ENDIAN);
        out.put(COM_BINLOG_DUMP)
                .putInt((int) offset)
                .putShort(NON_BLOCK)
                .putInt(0)
                .put(name);
        return out.array();
    }
}
