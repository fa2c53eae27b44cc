package io.millrace.reader.mysql;

import io.millrace.servers.Server;
import io.millrace.servers.Servers;
import org.junit.jupiter.api.Test;

class BinlogMariaDbTypesIT extends BinlogTypesContract {
    @Override
    Server server() {
        return Servers.mariadb();
    }

    @Test
    void shouldCarryUuidsWhenOfAnyVersion() {
        useCatalog();
        compare(
                "a uuid",
                "'123e4567-e89b-12d3-a456-426655440000'",
                "'00000000-0000-0000-0000-000000000000'",
                "'ffffffff-ffff-ffff-ffff-ffffffffffff'",
                "'6ccd780c-baba-1026-9564-5b8c656024db'",
                "'f47ac10b-58cc-4372-a567-0e02b2c3d479'",
                "'01890a5d-ac96-774b-bcce-b302099a8057'",
                "uuid()",
                "NULL");
    }

    @Test
    void shouldCarryTimesWhenTheyAreOfTheOldFormat() {
        server().execute(null, "SET GLOBAL mysql56_temporal_format=OFF");
        try {
            useCatalog();
            compare(
                    "a time, b datetime, c timestamp null",
                    "'838:59:59', '9999-12-31 23:59:59', '2038-01-19 03:14:07'",
                    "'-838:59:59', '1000-01-01 00:00:00', '1970-01-01 00:00:01'",
                    "'-00:00:01', '0000-00-00 00:00:00', '0000-00-00 00:00:00'",
                    "NULL, NULL, NULL");
        } finally {
            server().execute(null, "SET GLOBAL mysql56_temporal_format=ON");
        }
    }
}
