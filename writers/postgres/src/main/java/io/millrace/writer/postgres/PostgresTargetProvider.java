package io.millrace.writer.postgres;

import io.millrace.datasource.DataSource;
import io.millrace.writer.Target;
import io.millrace.writer.TargetProvider;
import io.millrace.writer.TargetSettings;
import java.util.Set;

/** Opens PostgreSQL targets. Public because ServiceLoader makes it. */
public final class PostgresTargetProvider implements TargetProvider {
    @Override
    public Set<String> types() {
        return Set.of("postgres");
    }

    @Override
    public Target open(DataSource dataSource, TargetSettings settings) {
        return new PostgresTarget(dataSource, settings);
    }
}
