/** What is added to the log: transactions made into documents, documents into files, and when they are durable; and how writing goes on after a crash. */
package io.millrace.wal.write;
