package io.millrace.reader.mysql.connection;

/** The bits of a login that we set or look at, {@code CLIENT_…} in {@code mysql_com.h}. */
final class LoginCapabilities {
    static final long LONG_PASSWORD = 1;
    static final long LONG_FLAG = 1 << 2;
    static final long PROTOCOL_41 = 1 << 9;
    static final long SSL = 1 << 11;
    static final long TRANSACTIONS = 1 << 13;
    static final long SECURE_CONNECTION = 1 << 15;
    static final long PLUGIN_AUTH = 1 << 19;

    /** What every login says. */
    static final long OURS = LONG_PASSWORD | LONG_FLAG | PROTOCOL_41 | TRANSACTIONS | SECURE_CONNECTION | PLUGIN_AUTH;

    private LoginCapabilities() {}
}
