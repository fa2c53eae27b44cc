package io.millrace.reader.mysql;

import io.millrace.datasource.DataSource;
import io.millrace.datasource.Secret;
import io.millrace.datasource.TlsMode;
import io.millrace.reader.Source;
import io.millrace.reader.TableDetails;
import io.millrace.reader.TableSelection;
import io.millrace.schema.TableId;
import io.millrace.schema.TableSchema;
import io.millrace.servers.Server;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** Sources and selections for tests. */
final class TestSource {
    private TestSource() {}

    static DataSource dataSource(Server server, String user, String password, TlsMode mode) {
        return new DataSource(
                "test",
                "mysql",
                server.host(),
                server.port(),
                "",
                user,
                Secret.of(password),
                mode,
                Optional.empty(),
                Duration.ofSeconds(10));
    }

    static DataSource dataSource(Server server) {
        return dataSource(server, server.user(), server.password(), TlsMode.PREFERRED);
    }

    static Source open(Server server) {
        return new MySqlSourceProvider().open(dataSource(server));
    }

    /** All tables of a database, no key declared. */
    static TableSelection all(String database) {
        return selection(database, List.of());
    }

    /** All tables of a database with a declared key. */
    static TableSelection selection(String database, List<String> key) {
        return new TableSelection() {
            @Override
            public boolean isSelected(TableId table) {
                return table.namespace().equals(database);
            }

            @Override
            public List<String> declaredKey(TableId table) {
                return key;
            }
        };
    }

    static TableDetails details(Server server, String database, String table) {
        try (Source source = open(server)) {
            return source.tables(all(database)).stream()
                    .filter(details -> details.schema().table().name().equals(table))
                    .findFirst()
                    .orElseThrow(() -> new AssertionError("table is not in the catalog: table=" + table));
        }
    }

    static TableSchema schema(Server server, String database, String table) {
        return details(server, database, table).schema();
    }
}
