package io.millrace.reader;

import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;

/**
 * Prints a source's own log files for who looks into a problem: offsets, times and kinds, never a row's value. Found by
 * ServiceLoader.
 */
public interface FileDump {
    /** What kind of file: {@code binlog, pgoutput}. */
    String kind();

    /**
     * Prints a whole file.
     *
     * @param in the file's bytes, from the first on
     * @param name the file's name, for messages
     * @throws io.millrace.error.MillraceException where it is no such file
     * @throws IOException where it cannot be read
     */
    void print(InputStream in, String name, PrintStream out) throws IOException;
}
