package io.millrace.reader.mysql.connection;

import com.github.shyiko.mysql.binlog.network.protocol.command.Command;
import io.millrace.position.MySqlGtids;
import io.millrace.reader.mysql.event.GtidSetCodec;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * COM_BINLOG_DUMP_GTID: all transactions that are not in a set, from wherever the server has them.
 *
 * <pre>
 *  0x1e | flags 2 | server id 4 | file name length 4 | file name | position 8 | set length 4 | set, see {@link GtidSetCodec}
 * </pre>
 */
public record DumpGtidCommand(long serverId, MySqlGtids received) implements Command {
    private static final byte COM_BINLOG_DUMP_GTID = 0x1e;
    private static final short THROUGH_GTID = 4;
    private static final long FIRST_EVENT_POSITION = 4;

    @Override
    public byte[] toByteArray() {
        byte[] set = GtidSetCodec.encode(received);
        ByteBuffer out = ByteBuffer.allocate(1 + 2 + 4 + 4 + 8 + 4 + set.length).order(ByteOrder.LITTLE_ENDIAN);
        out.put(COM_BINLOG_DUMP_GTID).putShort(THROUGH_GTID).putInt((int) serverId);
        out.putInt(0).putLong(FIRST_EVENT_POSITION).putInt(set.length).put(set);
        return out.array();
    }
}
