package io.millrace.reader.mysql.connection;

import com.github.shyiko.mysql.binlog.network.protocol.command.Command;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * COM_REGISTER_SLAVE: has the server list the reader among its replicas, so that a person finds it there by its task, and
 * {@code check} a second reader with the same id.
 *
 * <pre>
 *  0x15 | server id 4 | host length 1 | host | user length 1 | password length 1 | port 2 | rank 4 | source's id 4
 * </pre>
 */
public record RegisterReplicaCommand(long serverId, String taskName) implements Command {
    private static final byte COM_REGISTER_SLAVE = 0x15;
    private static final int HOST_LIMIT = 60; // HOSTNAME_LENGTH of the oldest servers

    @Override
    public byte[] toByteArray() {
        byte[] name = ("millrace:" + taskName).getBytes(StandardCharsets.UTF_8);
        byte[] host = Arrays.copyOf(name, Math.min(HOST_LIMIT, name.length));
        return ByteBuffer.allocate(1 + 4 + 1 + host.length + 1 + 1 + 2 + 4 + 4)
                .order(ByteOrder.LITTLE_ENDIAN)
                .put(COM_REGISTER_SLAVE)
                .putInt((int) serverId)
                .put((byte) host.length)
                .put(host)
                .array();
    }
}
