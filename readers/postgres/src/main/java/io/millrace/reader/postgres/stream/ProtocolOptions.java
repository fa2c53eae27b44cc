package io.millrace.reader.postgres.stream;

import io.millrace.reader.postgres.connection.SqlText;
import io.millrace.reader.postgres.server.Names;
import java.util.Properties;

/**
 * How pgoutput is spoken with a server: the newest protocol that it knows.
 *
 * <pre>
 * server   proto_version   streaming   adds
 * 16       4               parallel    StreamAbort says where and when it was
 * 15       3               on          two-phase
 * 14       2               on          open transactions in blocks
 * older    1               off
 * </pre>
 *
 * <p>{@code parallel} changes nothing else: whether the blocks are applied side by side is the receiver's affair.
 *
 * @param streaming the option's value; empty where the server does not know it
 */
public record ProtocolOptions(int version, String streaming) {
    private static final int MAJOR = 10_000;

    /**
     * For a server.
     *
     * @param serverVersion its {@code server_version_num}
     */
    public static ProtocolOptions of(int serverVersion) {
        return switch (serverVersion / MAJOR) {
            case 14 -> new ProtocolOptions(2, "on");
            case 15 -> new ProtocolOptions(3, "on");
            default -> serverVersion / MAJOR < 14 ? new ProtocolOptions(1, "") : new ProtocolOptions(4, "parallel");
        };
    }

    /** As START_REPLICATION takes them. */
    public Properties slotOptions(Names names, boolean isTwoPhase, boolean isBinary, boolean hasMessages) {
        Properties options = new Properties();
        options.setProperty("proto_version", Integer.toString(version));
        options.setProperty("publication_names", SqlText.quoted(names.publication()));
        if (!streaming.isEmpty()) {
            options.setProperty("streaming", streaming);
        }
        if (isBinary) {
            options.setProperty("binary", "true");
        }
        if (hasMessages) {
            options.setProperty("messages", "true");
        }
        if (isTwoPhase) {
            options.setProperty("two_phase", "on");
        }
        return options;
    }

    /** Whether a StreamAbort says where and when it was. */
    boolean hasAbortPlace() {
        return streaming.equals("parallel");
    }
}
