package io.millrace.writer.mysql;

import io.millrace.datasource.DataSource;
import io.millrace.error.ErrorCode;
import io.millrace.error.MillraceException;
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
        if (settings.isReplica()) {
            throw new MillraceException(
                    ErrorCode.NOT_SUPPORTED_YET,
                    "only PostgreSQL has sessions in which triggers and foreign keys rest: target.session=replica, type="
                            + dataSource.type());
        }
        return new MySqlTarget(dataSource, settings);
    }
}
