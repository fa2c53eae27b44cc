package io.millrace.writer;

import io.millrace.datasource.DataSource;
import java.util.Set;

/** Opens targets of some types. Found by ServiceLoader. */
public interface TargetProvider {
    /** The {@code type:} values of data sources that this one opens. */
    Set<String> types();

    /**
     * Names a target; connects to nothing yet.
     *
     * @param dataSource of one of {@link #types}
     */
    Target open(DataSource dataSource, TargetSettings settings);
}
