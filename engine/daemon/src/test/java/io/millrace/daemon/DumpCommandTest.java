package io.millrace.daemon;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.error.ErrorCode;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a capture of {@code pg_recvlogical} looks like, from a file and from standard input; what is in it is the reader's own test. */
class DumpCommandTest {
    private static final String LINE = "0 21 Begin commit=1/2A, time=2000-01-01T00:00:01Z, xid=77";

    @TempDir
    Path directory;

    private Cli cli;
    private byte[] capture;

    @BeforeEach
    void open() {
        cli = new Cli(directory);
        capture = ByteBuffer.allocate(22)
                .put((byte) 'B')
                .putLong(0x1_0000_002AL)
                .putLong(1_000_000)
                .putInt(77)
                .put((byte) '\n')
                .array();
    }

    @Test
    void shouldPrintMessagesWhenAFileIsGiven() throws IOException {
        Files.write(directory.resolve("captured"), capture);
        CliEnd end = cli.run("dump", "pgoutput", "captured");
        assertEquals(0, end.exitCode(), end.err());
        assertEquals(LINE, end.out().strip());
    }

    @Test
    void shouldPrintMessagesWhenStandardInputIsGiven() {
        InputStream before = System.in;
        System.setIn(new ByteArrayInputStream(capture));
        try {
            assertEquals(LINE, cli.run("dump", "pgoutput", "-").out().strip());
        } finally {
            System.setIn(before);
        }
    }

    @Test
    void shouldFailWhenTheCaptureIsCut() throws IOException {
        Files.write(directory.resolve("captured"), Arrays.copyOf(capture, 15));
        CliEnd end = cli.run("dump", "pgoutput", "captured");
        assertEquals(ErrorCode.EVENT_UNDECODABLE.exitCode(), end.exitCode());
        assertTrue(end.out().contains("! cannot be read on"), end.out());
        assertTrue(end.err().contains("MR5002"), end.err());
    }
}
