package io.millrace.reader.postgres;

import io.millrace.servers.ServerKind;
import org.junit.jupiter.api.Tag;

@Tag("full")
class PgOutput16StandbyIT extends PgOutputStandbyContract {
    PgOutput16StandbyIT() {
        super(ServerKind.POSTGRES_16);
    }
}
