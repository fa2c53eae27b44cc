package io.millrace.writer.mysql.value;

import io.millrace.writer.mysql.connection.SqlOutput;

/** What stands around a literal and not around a field. */
final class Quotes {
    private static final byte[] BINARY = {'_', 'b', 'i', 'n', 'a', 'r', 'y', '\''};

    private Quotes() {}

    static void put(boolean isField, SqlOutput output) {
        if (!isField) {
            output.putByte('\'');
        }
    }

    static void putBinary(boolean isField, SqlOutput output) {
        if (!isField) {
            output.putBytes(BINARY);
        }
    }
}
