package io.millrace.reader.mysql;

import io.millrace.datasource.DataSource;
import io.millrace.reader.Source;
import io.millrace.reader.SourceProvider;
import java.util.Set;

/** Opens MySQL and MariaDB servers as sources. Which of the two a server is, the server says itself, whatever the type. */
public final class MySqlSourceProvider implements SourceProvider {
    @Override
    public Set<String> types() {
        return Set.of("mysql", "mariadb");
    }

    @Override
    public Source open(DataSource dataSource) {
        return new MySqlSource(dataSource);
    }
}
