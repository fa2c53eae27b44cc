/** Tables read in ranges of their keys, by COPY. */
package io.millrace.reader.postgres.chunk;
