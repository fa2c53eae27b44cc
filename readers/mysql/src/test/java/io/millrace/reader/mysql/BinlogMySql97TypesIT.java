package io.millrace.reader.mysql;

import io.millrace.servers.Server;
import io.millrace.servers.ServerKind;
import io.millrace.servers.Servers;
import org.junit.jupiter.api.Test;

class BinlogMySql97TypesIT extends BinlogMySqlTypesIT {
    @Override
    Server server() {
        return Servers.shared(ServerKind.MYSQL_9_7);
    }

    @Test
    void shouldCarryVectorsWhenOfAnyLength() {
        useCatalog();
        compare(
                "a vector(3), b vector(16383), c vector, d varchar(9) charset latin1, e char(3) charset utf16",
                "to_vector('[1,2.5,-3.4028235e38]'), to_vector(concat('[', repeat('0.1,', 16382), '-0]')), to_vector('[1.18e-38]'), 'é€', 'é€'",
                "to_vector('[0]'), to_vector('[1,2]'), NULL, NULL, 'x'",
                "NULL, NULL, NULL, NULL, NULL");
    }
}
