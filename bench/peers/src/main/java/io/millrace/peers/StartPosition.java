package io.millrace.peers;

import java.io.IOException;
import java.io.ObjectOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/** Has the engine believe that it has been at a position of the binary log before. */
final class StartPosition {
    private StartPosition() {}

    /** Writes the engine's offset file: a serialised map of bytes, JSON to JSON. */
    static void write(Path file, DebeziumSettings settings) throws IOException {
        String key = "[\"" + DebeziumSettings.ENGINE + "\",{\"server\":\"" + DebeziumSettings.TOPIC_PREFIX + "\"}]";
        String value = "{\"ts_sec\":1,\"file\":\"" + settings.required("binlog.file") + "\",\"pos\":"
                + settings.required("binlog.position") + ",\"gtids\":\"" + settings.required("binlog.gtids")
                + "\",\"server_id\":1}";
        Map<byte[], byte[]> offsets = new HashMap<>();
        offsets.put(key.getBytes(StandardCharsets.UTF_8), value.getBytes(StandardCharsets.UTF_8));
        try (ObjectOutputStream out = new ObjectOutputStream(Files.newOutputStream(file))) {
            out.writeObject(offsets);
        }
    }
}
