package io.millrace.e2e;

import java.sql.SQLException;

/** A shop's traffic over one connection. Confined to its thread, but for the count. */
interface Traffic extends AutoCloseable {
    /** One transaction. */
    void step() throws SQLException;

    /** Transactions committed so far. */
    long transactions();

    @Override
    void close() throws SQLException;
}
