/** Task and data source files, read into what they mean. */
package io.millrace.task.file;
