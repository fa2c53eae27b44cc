package io.millrace.reader.mysql;

import io.millrace.servers.Server;
import io.millrace.servers.Servers;

class SchemaTrackingMySqlIT extends SchemaTrackingContract {
    @Override
    Server server() {
        return Servers.mysql();
    }

    @Override
    String less() {
        return "MINIMAL";
    }

    /** Not beyond ASCII: this server leaves the bytes of labels when it converts their column, and cannot show them itself then. */
    @Override
    String label() {
        return "e";
    }
}
