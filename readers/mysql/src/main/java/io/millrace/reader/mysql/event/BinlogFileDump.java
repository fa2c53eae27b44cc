package io.millrace.reader.mysql.event;

import io.millrace.reader.FileDump;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;

/** {@code millrace dump binlog}: see {@link BinlogDump}. */
public final class BinlogFileDump implements FileDump {
    @Override
    public String kind() {
        return "binlog";
    }

    @Override
    public void print(InputStream in, String name, PrintStream out) throws IOException {
        BinlogDump.print(in, name, out);
    }
}
