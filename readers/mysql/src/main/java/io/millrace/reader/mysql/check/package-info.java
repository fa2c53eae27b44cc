/** What is looked at before a task runs: settings, privileges, tables, topology. */
package io.millrace.reader.mysql.check;
