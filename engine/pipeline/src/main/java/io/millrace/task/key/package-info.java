/** Every key of a task's and a data source's file: what the reader takes, the schema checks and the reference explains. */
package io.millrace.task.key;
