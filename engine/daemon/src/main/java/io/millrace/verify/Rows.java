package io.millrace.verify;

import java.io.IOException;
import java.sql.SQLException;

/** Rows of one server in key order. Confined to one thread, but for {@link #close}. */
interface Rows extends AutoCloseable {
    /** The next row's values, NULL as null; null where there is none. */
    byte[][] next() throws SQLException, IOException;

    @Override
    void close() throws SQLException, IOException;
}
