/** Looks at the catalog while a stream runs, for what no message of it tells. */
package io.millrace.reader.postgres.watch;
