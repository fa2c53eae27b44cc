package io.millrace.e2e.workload;

import java.util.List;

/** The tables of a workload, and how it is told that two servers hold the same rows. */
public interface WorkloadTables {
    /** Names, parents before children. */
    List<String> tables();

    /** Columns of a table, listed by comma, whose text is the same on MySQL and PostgreSQL. */
    String compared(String table);
}
