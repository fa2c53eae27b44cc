package io.millrace.reader.postgres;

import io.millrace.servers.ServerKind;

class PgOutput18StandbyIT extends PgOutputStandbyContract {
    PgOutput18StandbyIT() {
        super(ServerKind.POSTGRES_18);
    }
}
