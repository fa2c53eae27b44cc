/** The server's texts and binary forms of values, and what they are in our images. */
package io.millrace.reader.postgres.value;
