/** Microbenchmarks, a class a question: the change log, a PostgreSQL lane, transforms. Results are verified in tear-down. */
package io.millrace.jmh;
