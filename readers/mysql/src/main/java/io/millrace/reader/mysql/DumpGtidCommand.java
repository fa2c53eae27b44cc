package io.millrace.reader.mysql;

import com.github.shyiko.mysql.binlog.network.protocol.command.Command;
import io.millrace.position.MySqlGtids;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Map;
import java.util.UUID;

/**
 * COM_BINLOG_DUMP_GTID: all transactions that are not in a set, from wherever the server has them.
 *
 * <pre>
 *  0x1e | flags 2 | server id 4 | file name length 4 | file name | position 8 | set length 4
 *  | uuid count 8 | (uuid 16 | interval count 8 | (first 8 | behind last 8) …) …
 * </pre>
 */
record DumpGtidCommand(long serverId, MySqlGtids received) implements Command {
    private static final byte COM_BINLOG_DUMP_GTID = 0x1e;
    private static final short THROUGH_GTID = 4;
    private static final long FIRST_EVENT_POSITION = 4;

    @Override
    public byte[] toByteArray() {
        Map<UUID, long[]> intervals = received.intervals();
        int setLength = 8;
        for (long[] ofServer : intervals.values()) {
            setLength += 16 + 8 + 8 * ofServer.length;
        }
        ByteBuffer out = ByteBuffer.allocate(1 + 2 + 4 + 4 + 8 + 4 + setLength).order(ByteOrder.LITTLE_ENDIAN);
        out.put(COM_BINLOG_DUMP_GTID).putShort(THROUGH_GTID).putInt((int) serverId);
        out.putInt(0).putLong(FIRST_EVENT_POSITION).putInt(setLength).putLong(intervals.size());
        intervals.forEach((server, ofServer) -> {
            out.order(ByteOrder.BIG_ENDIAN);
            out.putLong(server.getMostSignificantBits()).putLong(server.getLeastSignificantBits());
            out.order(ByteOrder.LITTLE_ENDIAN);
            out.putLong(ofServer.length / 2);
            for (long bound : ofServer) {
                out.putLong(bound);
            }
        });
        return out.array();
    }
}
