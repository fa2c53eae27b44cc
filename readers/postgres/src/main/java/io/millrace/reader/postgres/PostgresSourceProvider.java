package io.millrace.reader.postgres;

import io.millrace.datasource.DataSource;
import io.millrace.reader.Source;
import io.millrace.reader.SourceProvider;
import java.util.Set;

/** Opens PostgreSQL databases as sources. */
public final class PostgresSourceProvider implements SourceProvider {
    @Override
    public Set<String> types() {
        return Set.of("postgres");
    }

    @Override
    public Source open(DataSource dataSource) {
        return new PostgresSource(dataSource);
    }
}
