/** Followers of the log that take changes one by one: programs, and targets without tables. */
package io.millrace.pipeline.consumer;
