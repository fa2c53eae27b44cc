package io.millrace.reader.mysql;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.millrace.error.ErrorCode;
import io.millrace.position.SourcePosition;
import io.millrace.servers.Server;
import io.millrace.servers.ServerKind;
import io.millrace.servers.Servers;
import org.junit.jupiter.api.Test;

class SchemaProofMySql97IT extends SchemaProofContract {
    @Override
    Server server() {
        return Servers.shared(ServerKind.MYSQL_9_7);
    }

    @Override
    String less() {
        return "MINIMAL";
    }

    @Test
    void shouldRefuseRowsOfThePastWhenTheStatementSinceHasATaggedGtid() {
        server().execute(database, "CREATE TABLE t (id int PRIMARY KEY, a int, b int)");
        SourcePosition past = StreamRun.now(server());
        server().execute(
                        database,
                        "SET gtid_next = 'AUTOMATIC:orders'",
                        "INSERT INTO t VALUES (1, 2, 3)",
                        "ALTER TABLE t RENAME COLUMN a TO c, RENAME COLUMN b TO a");
        RecordingSink sink = new RecordingSink(past);
        try (StreamRun run = stream(sink)) {
            assertEquals(ErrorCode.SCHEMA_MISMATCH, run.awaitFailure().code());
        }
        assertEquals(0, sink.rows().size());
    }
}
