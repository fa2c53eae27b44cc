/** Numbers, tables and JSON, as a command writes them. */
package io.millrace.daemon.text;
