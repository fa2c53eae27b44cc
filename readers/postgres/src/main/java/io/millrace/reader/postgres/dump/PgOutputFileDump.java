package io.millrace.reader.postgres.dump;

import io.millrace.error.ErrorCode;
import io.millrace.error.MillraceException;
import io.millrace.reader.FileDump;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;

/** {@code millrace dump pgoutput}: see {@link PgOutputDump}. */
public final class PgOutputFileDump implements FileDump {
    @Override
    public String kind() {
        return "pgoutput";
    }

    @Override
    public void print(InputStream in, String name, PrintStream out) throws IOException {
        if (!new PgOutputDump(new CaptureBytes(in), out).print()) {
            throw new MillraceException(
                    ErrorCode.EVENT_UNDECODABLE, "the capture could not be read to its end: file=" + name);
        }
    }
}
