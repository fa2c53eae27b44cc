/** What would stop a task. */
package io.millrace.reader.postgres.check;
