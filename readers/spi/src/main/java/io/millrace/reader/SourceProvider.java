package io.millrace.reader;

import io.millrace.datasource.DataSource;
import java.util.Set;

/** Opens sources of some types. Found by ServiceLoader. */
public interface SourceProvider {
    /** The {@code type:} values of data sources that this one opens. */
    Set<String> types();

    /**
     * Names a source; connects to nothing yet.
     *
     * @param dataSource of one of {@link #types}
     */
    Source open(DataSource dataSource);
}
