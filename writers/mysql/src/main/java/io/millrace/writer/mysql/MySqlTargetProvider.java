package io.millrace.writer.mysql;

import io.millrace.datasource.DataSource;
import io.millrace.writer.Target;
import io.millrace.writer.TargetProvider;
import io.millrace.writer.TargetSettings;
import java.util.Set;

/** Opens MySQL and MariaDB targets. Public because ServiceLoader makes it. */
public final class MySqlTargetProvider implements TargetProvider {
    @Override
    public Set<String> types() {
        return Set.of("mysql", "mariadb");
    }

    @Override
    public Target open(DataSource dataSource, TargetSettings settings) {
        return new MySqlTarget(dataSource, settings);
    }
}
