package io.millrace.reader.mysql;

import io.millrace.servers.Server;
import io.millrace.servers.Servers;

class SchemaProofMySqlIT extends SchemaProofContract {
    @Override
    Server server() {
        return Servers.mysql();
    }

    @Override
    String less() {
        return "MINIMAL";
    }
}
